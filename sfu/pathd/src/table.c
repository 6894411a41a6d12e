#include "table.h"
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

enum { PLACES = PEERS_MAX * 2 };

static uint32_t home_of(uint32_t id) { return id * 2654435761u % PLACES; } // Knuth's multiplicative hash

struct peer *peer_find(struct table *t, uint32_t id) {
  for (uint32_t i = home_of(id); t->peers[i].id != 0; i = (i + 1) % PLACES)
    if (t->peers[i].id == id) return &t->peers[i];
  return 0;
}

struct peer *peer_add(struct table *t, uint32_t id) {
  struct peer *found = peer_find(t, id);
  if (found != 0 || t->peer_count == PEERS_MAX) return found;
  uint32_t i = home_of(id);
  while (t->peers[i].id != 0) i = (i + 1) % PLACES;
  t->peers[i].id = id;
  t->peer_count++;
  return &t->peers[i];
}

void peer_remove(struct table *t, struct peer *peer) {
  while (peer->flows != 0) flow_remove(t, peer->flows);
  uint32_t hole = (uint32_t)(peer - t->peers);
  t->peers[hole] = (struct peer){0};
  t->peer_count--;
  // Entries that were displaced past the hole move up, else they would not be found again.
  for (uint32_t i = (hole + 1) % PLACES; t->peers[i].id != 0; i = (i + 1) % PLACES) {
    const uint32_t home = home_of(t->peers[i].id);
    if ((i - home + PLACES) % PLACES < (i - hole + PLACES) % PLACES) continue;
    t->peers[hole] = t->peers[i];
    for (struct flow *flow = t->peers[hole].flows; flow != 0; flow = flow->next) flow->peer = &t->peers[hole];
    t->peers[i] = (struct peer){0};
    hole = i;
  }
}

struct flow *flow_find(const struct peer *peer, uint8_t number) {
  struct flow *flow = peer->flows;
  while (flow != 0 && flow->number != number) flow = flow->next;
  return flow;
}

struct flow *flow_add(struct table *t, struct peer *peer, uint8_t number, const union address *pipe, int64_t now_us) {
  struct flow **at_port = &t->by_port[address_port(pipe)];
  struct flow *flow = flow_find(peer, number);
  if (*at_port != 0 && *at_port != flow) return 0;
  if (flow == 0) {
    if (t->flow_count == FLOWS_MAX || (flow = calloc(1, sizeof *flow)) == 0) return 0;
    flow->peer = peer;
    flow->number = number;
    flow->next = peer->flows;
    peer->flows = flow;
    flow->index = t->flow_count;
    t->flows[t->flow_count++] = flow;
    rules_start(&flow->rules, now_us);
    flow->rules.paths[0].present = true;
  } else t->by_port[address_port(&flow->pipe)] = 0;
  flow->pipe = *pipe;
  *at_port = flow;
  return flow;
}

static void begin_anew(struct flow *flow, uint16_t incarnation, int64_t now_us) {
  bool present[SLOTS];
  for (int slot = 0; slot < SLOTS; slot++) present[slot] = flow->rules.paths[slot].present;
  const int active = flow->rules.active;
  rules_start(&flow->rules, now_us);
  for (int slot = 0; slot < SLOTS; slot++) flow->rules.paths[slot].present = present[slot];
  flow->rules.active = active;
  flow->incarnation = incarnation;
  flow->feedback_sent = 0;
}

void flow_begin(struct table *t, struct flow *flow, uint16_t *last, int64_t now_us) {
  flow->incarnation = ++*last;
  for (uint32_t i = 0; i < t->flow_count; i++)
    if ((uint16_t)(*last - t->flows[i]->incarnation) > INCARNATIONS_APART) begin_anew(t->flows[i], ++*last, now_us);
}

void flow_remove(struct table *t, struct flow *flow) {
  t->by_port[address_port(&flow->pipe)] = 0;
  t->flows[flow->index] = t->flows[--t->flow_count];
  t->flows[flow->index]->index = flow->index;
  struct flow **link = &flow->peer->flows;
  while (*link != flow) link = &(*link)->next;
  *link = flow->next;
  free(flow);
}

struct flow *flow_from(struct table *t, const union address *source) {
  struct flow *flow = t->by_port[address_port(source)];
  return flow != 0 && address_same(&flow->pipe, source) ? flow : 0;
}

bool address_parse(const char *ip, const char *port, union address *out) {
  char *end;
  const unsigned long number = strtoul(port, &end, 10);
  if (*port == 0 || *end != 0 || number > 65535) return false;
  memset(out, 0, sizeof *out);
  if (inet_pton(AF_INET, ip, &out->v4.sin_addr) == 1) {
    out->v4.sin_family = AF_INET;
    out->v4.sin_port = htons((uint16_t)number);
    return true;
  }
  if (inet_pton(AF_INET6, ip, &out->v6.sin6_addr) != 1) return false;
  out->v6.sin6_family = AF_INET6;
  out->v6.sin6_port = htons((uint16_t)number);
  return true;
}

socklen_t address_length(const union address *a) { return a->any.sa_family == AF_INET ? sizeof a->v4 : sizeof a->v6; }

uint16_t address_port(const union address *a) { return ntohs(a->any.sa_family == AF_INET ? a->v4.sin_port : a->v6.sin6_port); }

bool address_same(const union address *a, const union address *b) {
  if (a->any.sa_family != b->any.sa_family || address_port(a) != address_port(b)) return false;
  if (a->any.sa_family == AF_INET) return a->v4.sin_addr.s_addr == b->v4.sin_addr.s_addr;
  return memcmp(&a->v6.sin6_addr, &b->v6.sin6_addr, sizeof a->v6.sin6_addr) == 0;
}
