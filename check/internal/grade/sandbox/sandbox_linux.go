package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// helper is the first argument of a process that is to become a program in a sandbox.
const helper = "ipccheck-sandbox"

// Bounds of a process.
const (
	mostFiles   = 1024
	mostProcs   = 1024 // threads, of its user
	mostWritten = 64 << 20
	mostCPU     = 1200 // seconds
	rootSize    = "size=256m"
)

// Bounds of a tool that works on a submission. Its time is ended by a signal first, which
// tells it from a machine that has nothing left.
const (
	mostToolCPU    = 20       // seconds
	mostToolMemory = 1 << 30  // that it writes to
	mostToolFile   = 64 << 20 // bytes
	rlimitProcs    = 6        // which package syscall does not name
)

// New finds out what this machine can do, by doing it.
func New() *Sandbox {
	root := os.Getuid() == 0
	user := 0
	if root {
		user = programUser
	}
	var why error
	for _, p := range []plan{{Namespaces: true, UserSpace: !root, User: user}, {User: user}, {}} {
		s := &Sandbox{plan: p}
		if err := s.probe(); err != nil {
			if why == nil {
				why = err
			}
			continue
		}
		s.describe(why)
		return s
	}
	s := &Sandbox{none: true}
	s.describe(why)
	return s
}

// probe starts a helper that does nothing but building the walls.
func (s *Sandbox) probe() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.Command(self, "probe")
	cmd.Env = []string{}
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var errs bytes.Buffer
	cmd.Stderr = &errs
	if err := s.confine(cmd, s.plan); err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	timer := time.AfterFunc(20*time.Second, func() { _ = cmd.Process.Kill() })
	defer timer.Stop()
	if err := cmd.Wait(); err != nil {
		if text := strings.TrimSpace(errs.String()); text != "" {
			return errors.New(text)
		}
		return err
	}
	return nil
}

func (s *Sandbox) describe(why error) {
	no := "the machine refuses"
	if why != nil {
		no += ": " + strings.ReplaceAll(why.Error(), "\n", "; ")
	}
	p := s.plan
	measure := func(name string, on bool, how, otherwise string) {
		if !on {
			how = otherwise
		}
		s.Measures = append(s.Measures, Measure{name, on, how})
	}
	measure("files", p.Namespaces, "a root folder of its own, in memory, with the program and the system's libraries", no)
	measure("network", p.Namespaces, "a network namespace without any device: no socket leads out of it, and so no seccomp filter is needed", no)
	measure("processes", p.Namespaces, "a process namespace: it sees no other process, and all of its own end with it", no)
	measure("user", p.User > 0, fmt.Sprintf("user %d, who owns nothing, without privileges", p.User), "ipccheck does not run as root")
	measure("limits", !s.none, fmt.Sprintf("%d threads, %d files open, files of %d MB, %d s of computing, no core files", mostProcs, mostFiles, mostWritten>>20, mostCPU), no)
	measure("memory", true, "watched five times a second, and killed first if the machine runs out of it", "")
	bounds := fmt.Sprintf("it and Go's: %d s of computing, %d GB of memory, files of %d MB", mostToolCPU, mostToolMemory>>30, mostToolFile>>20)
	user := ""
	if p.User > 0 {
		user = " and a user"
	}
	measure("compiler", p.Namespaces, "gcc has a root folder, a network, processes"+user+" of its own, too, and sees the submission and /usr; "+bounds,
		no+"; what C sources include from elsewhere is refused by their text; "+bounds)
	measure("environment", true, "none of this process's variables", "")
}

// confine has the command start the helper.
func (s *Sandbox) confine(cmd *exec.Cmd, p plan) error {
	if s.none {
		return nil
	}
	text, err := json.Marshal(p)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd.Args = append([]string{os.Args[0], helper, string(text), cmd.Path}, cmd.Args...)
	cmd.Path, cmd.Dir = self, "/"
	if p.Namespaces {
		if cmd.SysProcAttr == nil {
			cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
		}
		a := cmd.SysProcAttr
		a.Cloneflags |= syscall.CLONE_NEWNS | syscall.CLONE_NEWPID | syscall.CLONE_NEWNET | syscall.CLONE_NEWIPC | syscall.CLONE_NEWUTS
		if p.UserSpace {
			a.Cloneflags |= syscall.CLONE_NEWUSER
			a.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
			a.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
		}
	}
	return nil
}

// Main does not return in a process that a sandbox has started: it builds the walls and
// becomes the program. In every other process it does nothing.
func Main() {
	if len(os.Args) < 5 {
		return
	}
	switch os.Args[1] {
	case helper:
		runtime.LockOSThread()
		var p plan
		err := json.Unmarshal([]byte(os.Args[2]), &p)
		if err == nil {
			err = p.enter(os.Args[3], os.Args[4:])
		}
		fmt.Fprintln(os.Stderr, "ipccheck: the sandbox cannot be built:", err)
		os.Exit(125)
	case boundsHelper:
		fmt.Fprintln(os.Stderr, "ipccheck:", withBounds(os.Args[2], os.Args[3:]))
		os.Exit(125)
	}
}

// enter builds the walls and becomes the program. It returns only if it cannot.
func (p plan) enter(program string, args []string) error {
	_ = os.WriteFile("/proc/self/oom_score_adj", []byte("1000"), 0o600)
	if len(args) == 2 && args[1] == "probe" {
		program = ""
	}
	v := p.view(program)
	if p.User > 0 {
		if err := v.give(p.User); err != nil {
			return err
		}
	}
	dir := "/"
	if p.Tool != nil {
		dir = p.Tool.Seen
	}
	if p.Namespaces {
		if err := v.ownRoot(); err != nil {
			return err
		}
		if p.Tool == nil {
			program, dir = "/program", "/tmp"
		}
	}
	if err := os.Chdir(dir); err != nil {
		return err
	}
	if err := p.limits(); err != nil {
		return err
	}
	if p.User > 0 {
		if err := become(p.User); err != nil {
			return err
		}
	}
	// No program that it starts gets more rights, and it ends with the grader: the kernel
	// forgets that where the user changes.
	if _, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, 38, 1, 0); errno != 0 {
		return fmt.Errorf("no new privileges: %w", errno)
	}
	if err := endWithParent(); err != nil {
		return err
	}
	if len(args) == 2 && args[1] == "probe" {
		os.Exit(0)
	}
	return fmt.Errorf("%s: %w", program, syscall.Exec(program, args, os.Environ()))
}

// racesFolder is the folder to which the race detector writes.
func racesFolder() string {
	_, path, ok := strings.Cut(os.Getenv("GORACE"), "log_path=")
	if !ok {
		return ""
	}
	path, _, _ = strings.Cut(path, " ")
	return filepath.Dir(path)
}

// view is what a program finds in its root folder.
type view struct {
	program string // copied to /program; "": none
	system  []string
	folders []folder
}

// folder is one of the machine's that is seen where it is.
type folder struct {
	path    string
	written bool
}

func (p plan) view(program string) *view {
	v := &view{program: program, system: []string{"/lib", "/lib64", "/lib32", "/usr/lib", "/usr/lib64"}}
	if races := racesFolder(); races != "" {
		v.folders = append(v.folders, folder{races, true})
	}
	if p.Tool != nil {
		v.program, v.system = "", []string{"/lib", "/lib64", "/lib32", "/bin", "/usr", "/etc/alternatives"}
		if prefix := filepath.Dir(filepath.Dir(program)); prefix != "/" && !strings.HasPrefix(prefix+"/", "/usr/") {
			v.system = append(v.system, prefix)
		}
		v.folders = []folder{{p.Tool.Seen, false}, {p.Tool.Written, true}}
	}
	return v
}

// give makes a user the owner of the folders, and of all that is in them.
func (v *view) give(user int) error {
	for _, f := range v.folders {
		err := filepath.WalkDir(f.path, func(path string, _ fs.DirEntry, err error) error {
			return errors.Join(err, os.Lchown(path, user, user))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (p plan) limits() error {
	most := map[int]syscall.Rlimit{
		syscall.RLIMIT_CORE: {}, syscall.RLIMIT_NOFILE: {Cur: mostFiles, Max: mostFiles}, rlimitProcs: {Cur: mostProcs, Max: mostProcs},
		syscall.RLIMIT_FSIZE: {Cur: mostWritten, Max: mostWritten}, syscall.RLIMIT_CPU: {Cur: mostCPU, Max: mostCPU},
	}
	if p.Tool != nil {
		maps.Copy(most, toolLimits())
		// The signal that says so comes a second before the end.
		most[syscall.RLIMIT_CPU] = syscall.Rlimit{Cur: mostToolCPU, Max: mostToolCPU + 1}
	}
	return limit(most)
}

// toolLimits are those of a tool that works on a submission.
func toolLimits() map[int]syscall.Rlimit {
	return map[int]syscall.Rlimit{
		syscall.RLIMIT_CORE: {}, syscall.RLIMIT_FSIZE: {Cur: mostToolFile, Max: mostToolFile}, syscall.RLIMIT_CPU: {Cur: mostToolCPU, Max: mostToolCPU},
		// And not of all addresses, of which this process has reserved more.
		syscall.RLIMIT_DATA: {Cur: mostToolMemory, Max: mostToolMemory},
	}
}

func limit(most map[int]syscall.Rlimit) error {
	for resource, limit := range most {
		if err := syscall.Setrlimit(resource, &limit); err != nil {
			return fmt.Errorf("limit %d: %w", resource, err)
		}
	}
	return nil
}

func become(user int) error {
	if err := syscall.Setgroups(nil); err != nil {
		return fmt.Errorf("groups: %w", err)
	}
	if err := syscall.Setresgid(user, user, user); err != nil {
		return fmt.Errorf("group: %w", err)
	}
	if err := syscall.Setresuid(user, user, user); err != nil {
		return fmt.Errorf("user: %w", err)
	}
	return nil
}

// ownRoot makes a root folder in memory that has what is in the view, and nothing of what
// else is on the machine.
func (v *view) ownRoot() error {
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("mounts of its own: %w", err)
	}
	const root = "/tmp"
	// What is below /tmp is hidden by the new root: it is opened before.
	var in *os.File
	if v.program != "" {
		var err error
		if in, err = os.Open(v.program); err != nil {
			return err
		}
		defer in.Close()
	}
	var kept []*os.File
	for _, f := range v.folders {
		open, err := os.Open(f.path)
		if err != nil {
			return err
		}
		defer open.Close()
		kept = append(kept, open)
	}
	if err := syscall.Mount("tmpfs", root, "tmpfs", syscall.MS_NOSUID|syscall.MS_NODEV, rootSize+",mode=0755"); err != nil {
		return fmt.Errorf("a root folder: %w", err)
	}
	for _, dir := range []string{"tmp", "dev", "proc", "old", "usr", "etc"} {
		if err := os.Mkdir(filepath.Join(root, dir), 0o755); err != nil {
			return err
		}
	}
	if err := os.Chmod(root+"/tmp", 0o1777); err != nil {
		return err
	}
	for _, dir := range v.system {
		if err := share(root, dir); err != nil {
			return err
		}
	}
	for _, dev := range []string{"/dev/null", "/dev/zero", "/dev/urandom"} {
		if err := os.WriteFile(root+dev, nil, 0o600); err != nil {
			return err
		}
		if err := syscall.Mount(dev, root+dev, "", syscall.MS_BIND, ""); err != nil {
			return fmt.Errorf("%s: %w", dev, err)
		}
	}
	for i, f := range v.folders {
		if err := os.MkdirAll(root+f.path, 0o755); err != nil {
			return err
		}
		if err := bind(fmt.Sprintf("/proc/self/fd/%d", kept[i].Fd()), root+f.path, f.written); err != nil {
			return fmt.Errorf("%s: %w", f.path, err)
		}
	}
	if in != nil {
		out, err := os.OpenFile(root+"/program", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o555)
		if err != nil {
			return err
		}
		if _, err := io.Copy(out, in); err != nil {
			return err
		}
		if err := errors.Join(out.Chmod(0o555), out.Close()); err != nil {
			return err
		}
	}
	if err := syscall.Mount("proc", root+"/proc", "proc", syscall.MS_NOSUID|syscall.MS_NODEV|syscall.MS_NOEXEC, ""); err != nil {
		return fmt.Errorf("/proc: %w", err)
	}
	if err := syscall.PivotRoot(root, root+"/old"); err != nil {
		return fmt.Errorf("the root folder: %w", err)
	}
	if err := os.Chdir("/"); err != nil {
		return err
	}
	if err := syscall.Unmount("/old", syscall.MNT_DETACH); err != nil {
		return fmt.Errorf("the old root folder: %w", err)
	}
	return os.Remove("/old")
}

// share makes a folder of the system appear in the new root, to be read only; a link is
// made anew.
func share(root, dir string) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return nil // there is none on this machine
	}
	if info.Mode()&os.ModeSymlink != 0 {
		to, err := os.Readlink(dir)
		if err != nil {
			return err
		}
		return os.Symlink(to, root+dir)
	}
	if err := os.MkdirAll(root+dir, 0o755); err != nil {
		return err
	}
	if err := bind(dir, root+dir, false); err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	return nil
}

// bind has a folder appear at a place, to be read, or to be written as well.
func bind(dir, at string, written bool) error {
	if err := syscall.Mount(dir, at, "", syscall.MS_BIND, ""); err != nil || written {
		return err
	}
	flags := uintptr(syscall.MS_BIND | syscall.MS_REMOUNT | syscall.MS_RDONLY | syscall.MS_NOSUID | syscall.MS_NODEV)
	if err := syscall.Mount("", at, "", flags, ""); err != nil {
		return fmt.Errorf("to be read only: %w", err)
	}
	return nil
}
