/*
 * Pairing children by patience: what is equal and unique on both sides in the longest common order first, then what lies between.
 *
 * Bram Cohen's patience diff, run for one kind of key after the other, each within the gaps that the stricter ones left. It takes
 * n log n for rules, which are nearly all unique; where all is alike, a small table decides, and a large one is refused.
 */
#include "xml_match.h"

#include <stdlib.h>
#include <string.h>

#define TABLE_MAX (1u << 21) /* cells of the table of a gap in which nothing is unique */
#define LEVELS_MAX 24u       /* anchors within gaps within gaps */

struct list {
	const struct lks_xml_tree *tree;
	uint32_t *nodes;
	uint32_t *partner; /* place in the other list plus 1, 0 for none */
	size_t count;
};

struct keyed {
	uint64_t key;
	uint32_t at;
};

struct matcher {
	struct list base, side;
	struct keyed *base_keys, *side_keys; /* room for the sorting of a gap */
	uint32_t *tails, *before;            /* room for the longest common order */
};

/* Which key a round goes by; NAME is made here. */
enum round { ROUND_LOOSE = LKS_XML_LOOSE, ROUND_STRONG = LKS_XML_STRONG, ROUND_WEAK = LKS_XML_WEAK, ROUND_NAME = LKS_XML_KEYS };

static uint64_t name_key(const struct lks_xml_tree *tree, const struct lks_xml_node *node)
{
	uint64_t hash = 0xcbf29ce484222325u;
	if (node->kind != LKS_XML_ELEMENT) {
		return 0;
	}
	for (uint32_t i = node->name.start; i < node->name.end; i++) {
		hash = (hash ^ (unsigned char)tree->data[i]) * 0x100000001b3u;
	}
	return hash;
}

static uint64_t key_of(const struct list *list, size_t at, enum round round)
{
	const struct lks_xml_node *node = &list->tree->nodes[list->nodes[at]];
	return round == ROUND_NAME ? name_key(list->tree, node) : node->keys[round];
}

static int by_key(const void *left, const void *right)
{
	const struct keyed *l = left, *r = right;
	return l->key != r->key ? (l->key < r->key ? -1 : 1) : (l->at > r->at) - (l->at < r->at);
}

static void pair(struct matcher *matcher, size_t base, size_t side)
{
	matcher->base.partner[base] = (uint32_t)side + 1;
	matcher->side.partner[side] = (uint32_t)base + 1;
}

/* Sorts the keyed ones of a stretch and keeps the unpaired whose key is unique in it; a name must be so among the paired too. */
static size_t unique_keys(struct keyed *out, const struct list *list, size_t from, size_t to, enum round round)
{
	size_t count = 0, kept = 0;
	for (size_t i = from; i < to; i++) {
		uint64_t key = key_of(list, i, round);
		if (key && (round == ROUND_NAME || !list->partner[i])) {
			out[count++] = (struct keyed){key, (uint32_t)i};
		}
	}
	qsort(out, count, sizeof *out, by_key);
	for (size_t i = 0; i < count;) {
		size_t end = i + 1;
		while (end < count && out[end].key == out[i].key) {
			end++;
		}
		if (end == i + 1 && !list->partner[out[i].at]) {
			out[kept++] = out[i];
		}
		i = end;
	}
	return kept;
}

static int by_place(const void *left, const void *right)
{
	const struct keyed *l = left, *r = right;
	return (l->key > r->key) - (l->key < r->key);
}

/* Leaves in base_keys the pairs (key: place in base, at: place in side) of what is unique on both sides, in base's order. */
static size_t unique_pairs(struct matcher *matcher, size_t b0, size_t b1, size_t s0, size_t s1, enum round round)
{
	size_t base_count = unique_keys(matcher->base_keys, &matcher->base, b0, b1, round);
	size_t side_count = unique_keys(matcher->side_keys, &matcher->side, s0, s1, round);
	size_t count = 0;
	for (size_t b = 0, s = 0; b < base_count && s < side_count;) {
		uint64_t one = matcher->base_keys[b].key, other = matcher->side_keys[s].key;
		if (one == other) {
			matcher->base_keys[count++] = (struct keyed){matcher->base_keys[b].at, matcher->side_keys[s].at};
		}
		b += one <= other;
		s += other <= one;
	}
	qsort(matcher->base_keys, count, sizeof *matcher->base_keys, by_place);
	return count;
}

/* Pairs the longest row of them that is in one order on both sides (patience sorting); returns its length, places in anchors. */
static size_t pair_in_order(struct matcher *matcher, size_t count)
{
	const struct keyed *pairs = matcher->base_keys;
	size_t length = 0;
	for (size_t i = 0; i < count; i++) {
		size_t low = 0, high = length;
		while (low < high) {
			size_t middle = low + (high - low) / 2;
			if (pairs[matcher->tails[middle]].at < pairs[i].at) {
				low = middle + 1;
			} else {
				high = middle;
			}
		}
		matcher->before[i] = low > 0 ? matcher->tails[low - 1] : UINT32_MAX;
		matcher->tails[low] = (uint32_t)i;
		length += low == length;
	}
	uint32_t at = length > 0 ? matcher->tails[length - 1] : UINT32_MAX;
	for (; at != UINT32_MAX; at = matcher->before[at]) {
		pair(matcher, (size_t)pairs[at].key, pairs[at].at);
	}
	return length;
}

/* The longest common subsequence of a small gap, by the book. */
static int pair_by_table(struct matcher *matcher, size_t b0, size_t b1, size_t s0, size_t s1, enum round round, struct lks_error *err)
{
	size_t rows = b1 - b0 + 1, columns = s1 - s0 + 1;
	if (rows > TABLE_MAX / columns) {
		return lks_error_set(err, LKS_E_LIMIT, 0, NULL, "too many equal elements in one place to be merged by element");
	}
	uint32_t *table = calloc(rows * columns, sizeof *table);
	if (!table) {
		return lks_error_nomem(err);
	}
	for (size_t b = rows - 1; b-- > 0;) {
		for (size_t s = columns - 1; s-- > 0;) {
			uint64_t one = key_of(&matcher->base, b0 + b, round), other = key_of(&matcher->side, s0 + s, round);
			uint32_t below = table[(b + 1) * columns + s], right = table[b * columns + s + 1];
			table[b * columns + s] = one && one == other ? table[(b + 1) * columns + s + 1] + 1 : below > right ? below : right;
		}
	}
	for (size_t b = 0, s = 0; b + 1 < rows && s + 1 < columns;) {
		uint64_t one = key_of(&matcher->base, b0 + b, round), other = key_of(&matcher->side, s0 + s, round);
		if (one && one == other) {
			pair(matcher, b0 + b++, s0 + s++);
		} else if (table[(b + 1) * columns + s] >= table[b * columns + s + 1]) {
			b++;
		} else {
			s++;
		}
	}
	free(table);
	return 0;
}

static bool have_common(struct matcher *matcher, size_t b0, size_t b1, size_t s0, size_t s1, enum round round)
{
	size_t base_count = 0, side_count = 0;
	for (size_t i = b0; i < b1; i++) {
		matcher->base_keys[base_count++] = (struct keyed){key_of(&matcher->base, i, round), 0};
	}
	for (size_t i = s0; i < s1; i++) {
		matcher->side_keys[side_count++] = (struct keyed){key_of(&matcher->side, i, round), 0};
	}
	qsort(matcher->base_keys, base_count, sizeof *matcher->base_keys, by_key);
	qsort(matcher->side_keys, side_count, sizeof *matcher->side_keys, by_key);
	for (size_t b = 0, s = 0; b < base_count && s < side_count;) {
		uint64_t one = matcher->base_keys[b].key, other = matcher->side_keys[s].key;
		if (one == other && one) {
			return true;
		}
		b += one <= other;
		s += other <= one;
	}
	return false;
}

static int match_stretch(
	struct matcher *matcher, size_t b0, size_t b1, size_t s0, size_t s1, enum round round, unsigned level, struct lks_error *err);

/* Each gap between what is paired within the stretch. */
static int match_gaps(
	struct matcher *matcher, size_t b0, size_t b1, size_t s0, size_t s1, enum round round, unsigned level, struct lks_error *err)
{
	int status = 0;
	size_t b = b0, s = s0;
	for (size_t i = b0; i <= b1 && !status; i++) {
		if (i < b1 && !matcher->base.partner[i]) {
			continue;
		}
		size_t end = i < b1 ? matcher->base.partner[i] - 1 : s1;
		status = match_stretch(matcher, b, i, s, end, round, level, err);
		b = i + 1;
		s = end + 1;
	}
	return status;
}

static int match_stretch(
	struct matcher *matcher, size_t b0, size_t b1, size_t s0, size_t s1, enum round round, unsigned level, struct lks_error *err)
{
	while (
		b0 < b1 && s0 < s1 && key_of(&matcher->base, b0, round) && key_of(&matcher->base, b0, round) == key_of(&matcher->side, s0, round)) {
		pair(matcher, b0++, s0++);
	}
	while (b0 < b1 && s0 < s1 && key_of(&matcher->base, b1 - 1, round) &&
		key_of(&matcher->base, b1 - 1, round) == key_of(&matcher->side, s1 - 1, round)) {
		pair(matcher, --b1, --s1);
	}
	if (b0 == b1 || s0 == s1) {
		return 0;
	}
	size_t count = pair_in_order(matcher, unique_pairs(matcher, b0, b1, s0, s1, round));
	if (count > 0 && level < LEVELS_MAX) {
		return match_gaps(matcher, b0, b1, s0, s1, round, level + 1, err);
	}
	return count == 0 && !have_common(matcher, b0, b1, s0, s1, round) ? 0
		: count == 0                                                  ? pair_by_table(matcher, b0, b1, s0, s1, round, err)
					 : lks_error_set(err, LKS_E_LIMIT, 0, NULL, "an XML file too tangled to be merged by element");
}

/* In a gap, comments and texts that are left in equal number are the same ones, edited. */
static void match_words(struct matcher *matcher, size_t b0, size_t b1, size_t s0, size_t s1, enum lks_xml_kind kind)
{
	size_t base_count = 0, side_count = 0;
	for (size_t i = b0; i < b1; i++) {
		base_count += matcher->base.tree->nodes[matcher->base.nodes[i]].kind == kind;
	}
	for (size_t i = s0; i < s1; i++) {
		side_count += matcher->side.tree->nodes[matcher->side.nodes[i]].kind == kind;
	}
	if (base_count != side_count) {
		return;
	}
	for (size_t b = b0, s = s0; b < b1; b++) {
		if (matcher->base.tree->nodes[matcher->base.nodes[b]].kind != kind) {
			continue;
		}
		while (matcher->side.tree->nodes[matcher->side.nodes[s]].kind != kind) {
			s++;
		}
		pair(matcher, b, s++);
	}
}

static void match_all_words(struct matcher *matcher)
{
	for (enum lks_xml_kind kind = LKS_XML_TEXT; kind <= LKS_XML_INSTRUCTION; kind++) {
		size_t b = 0, s = 0;
		for (size_t i = 0; i <= matcher->base.count; i++) {
			if (i < matcher->base.count && !matcher->base.partner[i]) {
				continue;
			}
			size_t end = i < matcher->base.count ? matcher->base.partner[i] - 1 : matcher->side.count;
			match_words(matcher, b, i, s, end, kind);
			b = i + 1;
			s = end + 1;
		}
	}
}

/* Pairs what is unique and left over, wherever it stands. */
static void match_elsewhere(struct matcher *matcher, struct lks_xml_pairs *pairs, enum round round)
{
	size_t count = unique_pairs(matcher, 0, matcher->base.count, 0, matcher->side.count, round);
	for (size_t i = 0; i < count; i++) {
		uint32_t node = matcher->base.nodes[matcher->base_keys[i].key];
		if (matcher->base.tree->nodes[node].kind == LKS_XML_ELEMENT) {
			pair(matcher, (size_t)matcher->base_keys[i].key, matcher->base_keys[i].at);
			pairs->moved[node] = true;
		}
	}
}

/* Those that were paired at last may stand in order all the same: between their nearest neighbours that do. */
static void clear_moved(struct matcher *matcher, struct lks_xml_pairs *pairs)
{
	const struct list *base = &matcher->base;
	uint32_t *limit = matcher->tails; /* the smallest place in side that an ordered one behind has, by place in base */
	uint32_t next = (uint32_t)matcher->side.count + 1;
	for (size_t i = base->count; i-- > 0;) {
		limit[i] = next;
		if (base->partner[i] && !pairs->moved[base->nodes[i]]) {
			next = base->partner[i];
		}
	}
	uint32_t last = 0;
	for (size_t i = 0; i < base->count; i++) {
		if (!base->partner[i]) {
			continue;
		}
		if (pairs->moved[base->nodes[i]] && base->partner[i] > last && base->partner[i] < limit[i]) {
			pairs->moved[base->nodes[i]] = false;
		}
		if (!pairs->moved[base->nodes[i]]) {
			last = base->partner[i];
		}
	}
}

unsigned lks_xml_count_named(const struct lks_xml_tree *tree, uint32_t parent, const char *name, size_t length)
{
	unsigned count = 0;
	for (uint32_t child = parent == LKS_XML_NONE ? 0 : tree->nodes[parent].first; child && count < 2; child = tree->nodes[child].next) {
		const struct lks_xml_node *node = &tree->nodes[child];
		count += node->kind == LKS_XML_ELEMENT && node->name.end - node->name.start == length &&
			memcmp(tree->data + node->name.start, name, length) == 0;
	}
	return count;
}

static int list_children(struct list *out, const struct lks_xml_tree *tree, uint32_t parent, struct lks_error *err)
{
	out->tree = tree;
	for (uint32_t child = tree->nodes[parent].first; child; child = tree->nodes[child].next) {
		out->count++;
	}
	out->nodes = malloc((out->count + 1) * sizeof *out->nodes);
	out->partner = calloc(out->count + 1, sizeof *out->partner);
	if (!out->nodes || !out->partner) {
		return lks_error_nomem(err);
	}
	size_t at = 0;
	for (uint32_t child = tree->nodes[parent].first; child; child = tree->nodes[child].next) {
		out->nodes[at++] = child;
	}
	return 0;
}

static int prepare(struct matcher *matcher, struct lks_error *err)
{
	size_t base = matcher->base.count + 1, side = matcher->side.count + 1;
	matcher->base_keys = malloc(base * sizeof *matcher->base_keys);
	matcher->side_keys = malloc(side * sizeof *matcher->side_keys);
	matcher->tails = malloc(base * sizeof *matcher->tails);
	matcher->before = malloc(base * sizeof *matcher->before);
	return matcher->base_keys && matcher->side_keys && matcher->tails && matcher->before ? 0 : lks_error_nomem(err);
}

int lks_xml_match(struct lks_xml_pairs *pairs, const struct lks_xml_tree *base, uint32_t b, const struct lks_xml_tree *side, uint32_t s,
	struct lks_error *err)
{
	static const enum round rounds[] = {ROUND_LOOSE, ROUND_STRONG, ROUND_WEAK};
	struct matcher matcher = {0};

	int status = list_children(&matcher.base, base, b, err);
	if (status || (status = list_children(&matcher.side, side, s, err)) || (status = prepare(&matcher, err))) {
		goto done;
	}
	for (size_t i = 0; i < sizeof rounds / sizeof *rounds && !status; i++) {
		status = match_gaps(&matcher, 0, matcher.base.count, 0, matcher.side.count, rounds[i], 0, err);
	}
	if (status) {
		goto done;
	}
	match_all_words(&matcher);
	for (size_t i = 0; i < sizeof rounds / sizeof *rounds; i++) {
		match_elsewhere(&matcher, pairs, rounds[i]);
	}
	match_elsewhere(&matcher, pairs, ROUND_NAME);
	clear_moved(&matcher, pairs);
	for (size_t i = 0; i < matcher.base.count; i++) {
		if (matcher.base.partner[i]) {
			uint32_t partner = matcher.side.nodes[matcher.base.partner[i] - 1];
			pairs->of_base[matcher.base.nodes[i]] = partner;
			pairs->of_side[partner] = matcher.base.nodes[i];
		}
	}
done:
	free(matcher.base.nodes);
	free(matcher.base.partner);
	free(matcher.side.nodes);
	free(matcher.side.partner);
	free(matcher.base_keys);
	free(matcher.side_keys);
	free(matcher.tails);
	free(matcher.before);
	return status;
}

int lks_xml_pairs_make(struct lks_xml_pairs *out, const struct lks_xml_tree *base, const struct lks_xml_tree *side, struct lks_error *err)
{
	*out = (struct lks_xml_pairs){
		.of_base = calloc(base->count, sizeof *out->of_base),
		.of_side = calloc(side->count, sizeof *out->of_side),
		.moved = calloc(base->count, sizeof *out->moved),
	};
	return out->of_base && out->of_side && out->moved ? 0 : lks_error_nomem(err);
}

void lks_xml_pairs_dispose(struct lks_xml_pairs *pairs)
{
	free(pairs->of_base);
	free(pairs->of_side);
	free(pairs->moved);
	*pairs = (struct lks_xml_pairs){0};
}
