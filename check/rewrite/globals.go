package rewrite

func globals([]*source) {}
