/* What std::list has the C++ library do, where it is not seen what that does to memory: the
   same, compiled as the program is. */

struct node {
	struct node *next, *before;
};

/* The names are those by which the headers of libstdc++ call them. */
#define HOOK _ZNSt8__detail15_List_node_base7_M_hookEPS0_
#define UNHOOK _ZNSt8__detail15_List_node_base9_M_unhookEv
#define TRANSFER _ZNSt8__detail15_List_node_base11_M_transferEPS0_S1_
#define REVERSE _ZNSt8__detail15_List_node_base10_M_reverseEv
#define SWAP _ZNSt8__detail15_List_node_base4swapERS0_S1_

static void join(struct node *a, struct node *b)
{
	a->next = b;
	b->before = a;
}

void HOOK(struct node *n, struct node *at)
{
	join(at->before, n);
	join(n, at);
}

void UNHOOK(struct node *n) { join(n->before, n->next); }

/* Moves those from first on, but not the last one, before another. */
void TRANSFER(struct node *at, struct node *first, struct node *last)
{
	if (at == last)
		return;
	struct node *end = last->before;
	join(first->before, last);
	join(at->before, first);
	join(end, at);
}

void REVERSE(struct node *list)
{
	struct node *n = list;
	do {
		struct node *next = n->next;
		n->next = n->before;
		n->before = next;
		n = next;
	} while (n != list);
}

/* A list that is empty is its own neighbour. */
void SWAP(struct node *a, struct node *b)
{
	struct node was = *a, *first = was.next == a ? b : was.next, *end = was.before == a ? b : was.before;
	join(a, b->next == b ? a : b->next);
	join(b->before == b ? a : b->before, a);
	join(b, first);
	join(end, b);
}
