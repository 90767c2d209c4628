/* What std::map and std::set have the C++ library do, where it is not seen what that does to
   memory: the same, compiled as the program is. They are red-black trees. Above the root is a
   header, red as well, whose parent is the root, and whose children are the first node and the
   last one. */
#include <stdbool.h>
#include <stddef.h>

enum { RED, BLACK };
enum { LEFT, RIGHT };

struct node {
	int colour;
	struct node *parent, *child[2];
};

/* The names are those by which the headers of libstdc++ call them. */
#define INSERT _ZSt29_Rb_tree_insert_and_rebalancebPSt18_Rb_tree_node_baseS0_RS_
#define ERASE _ZSt28_Rb_tree_rebalance_for_erasePSt18_Rb_tree_node_baseRS_
#define NEXT _ZSt18_Rb_tree_incrementPSt18_Rb_tree_node_base
#define NEXT_CONST _ZSt18_Rb_tree_incrementPKSt18_Rb_tree_node_base
#define BEFORE _ZSt18_Rb_tree_decrementPSt18_Rb_tree_node_base
#define BEFORE_CONST _ZSt18_Rb_tree_decrementPKSt18_Rb_tree_node_base

static bool black(struct node *n) { return !n || n->colour == BLACK; }

/* The outermost node on one side of a subtree. */
static struct node *outermost(struct node *n, int side)
{
	while (n->child[side])
		n = n->child[side];
	return n;
}

/* Has the place of a node, below its parent, taken by another one, or by none. */
static void replace(struct node *old, struct node *by, struct node *header)
{
	struct node *parent = old->parent;
	if (header->parent == old)
		header->parent = by;
	else
		parent->child[parent->child[RIGHT] == old] = by;
	if (by)
		by->parent = parent;
}

/* A node goes down on one side, and its child on the other takes its place. */
static void rotate(struct node *n, int side, struct node *header)
{
	struct node *up = n->child[!side], *between = up->child[side];
	n->child[!side] = between;
	if (between)
		between->parent = n;
	replace(n, up, header);
	up->child[side] = n;
	n->parent = up;
}

void INSERT(_Bool left, struct node *n, struct node *parent, struct node *header)
{
	*n = (struct node){.colour = RED, .parent = parent};
	if (parent == header) { /* the tree is empty */
		header->parent = header->child[LEFT] = header->child[RIGHT] = n;
	} else {
		int side = left ? LEFT : RIGHT;
		parent->child[side] = n;
		if (parent == header->child[side])
			header->child[side] = n;
	}
	while (n != header->parent && n->parent->colour == RED) {
		struct node *up = n->parent, *above = up->parent;
		int side = above->child[RIGHT] == up;
		struct node *uncle = above->child[!side];
		if (!black(uncle)) {
			up->colour = uncle->colour = BLACK;
			above->colour = RED;
			n = above;
			continue;
		}
		if (up->child[!side] == n) {
			rotate(up, side, header);
			up = n;
		}
		up->colour = BLACK;
		above->colour = RED;
		rotate(above, !side, header);
		break;
	}
	header->parent->colour = BLACK;
}

/* A black node is missing above n, which may be none, below a parent. */
static void repair(struct node *n, struct node *parent, struct node *header)
{
	while (n != header->parent && black(n)) {
		int side = parent->child[RIGHT] == n;
		struct node *sibling = parent->child[!side];
		if (!black(sibling)) {
			sibling->colour = BLACK;
			parent->colour = RED;
			rotate(parent, side, header);
			sibling = parent->child[!side];
		}
		if (black(sibling->child[LEFT]) && black(sibling->child[RIGHT])) {
			sibling->colour = RED;
			n = parent;
			parent = n->parent;
			continue;
		}
		if (black(sibling->child[!side])) {
			sibling->child[side]->colour = BLACK;
			sibling->colour = RED;
			rotate(sibling, !side, header);
			sibling = parent->child[!side];
		}
		sibling->colour = parent->colour;
		parent->colour = BLACK;
		sibling->child[!side]->colour = BLACK;
		rotate(parent, side, header);
		break;
	}
	if (n)
		n->colour = BLACK;
}

/* Takes a node out, and returns it. */
struct node *ERASE(struct node *n, struct node *header)
{
	struct node *below, *parent;
	int gone = n->colour;
	if (n->child[LEFT] && n->child[RIGHT]) { /* the next one takes its place */
		struct node *next = outermost(n->child[RIGHT], LEFT);
		gone = next->colour;
		below = next->child[RIGHT];
		parent = next->parent == n ? next : next->parent;
		if (parent != next) {
			replace(next, below, header);
			next->child[RIGHT] = n->child[RIGHT];
			next->child[RIGHT]->parent = next;
		}
		replace(n, next, header);
		next->child[LEFT] = n->child[LEFT];
		next->child[LEFT]->parent = next;
		next->colour = n->colour;
	} else {
		below = n->child[LEFT] ? n->child[LEFT] : n->child[RIGHT];
		parent = n->parent;
		replace(n, below, header);
		for (int side = LEFT; side <= RIGHT; side++)
			if (header->child[side] == n)
				header->child[side] = below ? outermost(below, side) : parent;
	}
	if (gone == BLACK)
		repair(below, parent, header);
	return n;
}

/* The neighbour on one side; the header, if there is none. */
static struct node *neighbour(struct node *n, int side)
{
	if (n->child[side])
		return outermost(n->child[side], !side);
	struct node *up = n->parent;
	while (n == up->child[side]) {
		n = up;
		up = up->parent;
	}
	return n->child[side] == up ? n : up; /* n is the header if the root has nothing on that side */
}

struct node *NEXT(struct node *n) { return neighbour(n, RIGHT); }
struct node *NEXT_CONST(struct node *n) { return neighbour(n, RIGHT); }

struct node *BEFORE(struct node *n)
{
	bool header = n->colour == RED && n->parent->parent == n;
	return header ? n->child[RIGHT] : neighbour(n, LEFT);
}

struct node *BEFORE_CONST(struct node *n) { return BEFORE(n); }
