#include "control.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WORDS_MAX = 12, FLOW_NAME_BYTES = 16, SAID_BYTES = 64 * 1024, ANSWER_BYTES = 2 * LINE_MAX_BYTES };

/**
 * Kinds of output, which share a bounded buffer. Samples are written only when it is empty; flips leave room for one
 * answer.
 */
enum word { SAMPLE, FLIP, ANSWER };
static struct {
  char bytes[SAID_BYTES];
  size_t count;
} said;

void control_flush(void) {
  if (said.count == 0) return;
  const ssize_t written = write(STDOUT_FILENO, said.bytes, said.count);
  if (written < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return;
  // If the agent is dead, the output is dropped, and the end of stdin follows.
  const size_t gone = written < 0 ? said.count : (size_t)written;
  said.count -= gone;
  memmove(said.bytes, said.bytes + gone, said.count);
}

bool control_waits(void) { return said.count > 0; }
bool control_has_room(void) { return said.count + ANSWER_BYTES <= SAID_BYTES; }
bool control_behind(const struct control *c) { return c->at < c->count; }

__attribute__((format(printf, 2, 3))) static void say(enum word word, const char *format, ...) {
  char line[LINE_MAX_BYTES];
  va_list args;
  va_start(args, format);
  const int length = vsnprintf(line, sizeof line - 1, format, args);
  va_end(args);
  if (length < 0 || (size_t)length >= sizeof line - 1) return;
  line[length] = '\n';
  const size_t needed = (size_t)length + 1 + (word == FLIP ? ANSWER_BYTES : 0);
  if ((word == SAMPLE && said.count > 0) || said.count + needed > SAID_BYTES) return;
  memcpy(said.bytes + said.count, line, (size_t)length + 1);
  said.count += (size_t)length + 1;
  control_flush();
}

void control_ready(uint16_t wire_port, uint16_t local_port) { say(ANSWER, "ready %u %u", wire_port, local_port); }

static bool parse_id(const char *text, uint32_t *id) {
  char *end;
  if (strlen(text) != 8) return false;
  *id = (uint32_t)strtoul(text, &end, 16);
  return *end == 0 && *id != 0;
}

static bool parse_key(const char *text, uint8_t key[KEY_BYTES]) {
  if (strlen(text) != 2 * KEY_BYTES || strspn(text, "0123456789abcdef") != 2 * KEY_BYTES) return false;
  for (int i = 0; i < KEY_BYTES; i++) {
    const char byte[3] = {text[2 * i], text[2 * i + 1], 0};
    key[i] = (uint8_t)strtoul(byte, 0, 16);
  }
  return true;
}

static const char *set_peer(struct pathd *p, char **words, int count) {
  uint32_t id;
  struct peer made = {0};
  if (count < 6 || count > 5 + RX_KEYS_MAX) return "peer ID IP PORT TX-KEY RX-KEY...";
  if (!parse_id(words[1], &id) || id == p->id) return "not the number of another node";
  if (!address_parse(words[2], words[3], &made.address) || address_port(&made.address) == 0) return "not an address";
  if (!parse_key(words[4], made.tx_key)) return "not a key";
  for (int i = 5; i < count; i++)
    if (!parse_key(words[i], made.rx_keys[made.rx_count++])) return "not a key";
  struct peer *peer = peer_add(&p->table, id);
  if (peer == 0) return "too many peers";
  made.id = id;
  made.flows = peer->flows;
  *peer = made;
  return 0;
}

static struct peer *known_peer(struct pathd *p, const char *word) {
  uint32_t id;
  return parse_id(word, &id) ? peer_find(&p->table, id) : 0;
}

static const char *drop_peer(struct pathd *p, char **words, int count) {
  struct peer *peer = count == 2 ? known_peer(p, words[1]) : 0;
  if (peer == 0) return "no such peer";
  peer_remove(&p->table, peer);
  return 0;
}

static bool parse_number(const char *text, uint8_t *number) {
  char *end;
  const unsigned long value = strtoul(text, &end, 10);
  *number = (uint8_t)value;
  return text[0] >= '0' && text[0] <= '9' && *end == 0 && value < FLOWS_OF_PEER;
}

/** Returns the peer of ID.NUMBER (flow 0 without a number); 0 for an unknown peer or a malformed number. */
static struct peer *peer_of_flow(struct pathd *p, char *word, uint8_t *number) {
  char *dot = strchr(word, '.');
  *number = 0;
  if (dot != 0) {
    if (!parse_number(dot + 1, number)) return 0;
    *dot = 0;
  }
  return known_peer(p, word);
}

static struct flow *known_flow(struct pathd *p, char *word) {
  uint8_t number;
  const struct peer *peer = peer_of_flow(p, word, &number);
  return peer == 0 ? 0 : flow_find(peer, number);
}

/** flow ID[.NUMBER] IP PORT [THEIRS]: a pipe of this node to that peer, and the peer's number of the pipe. */
static const char *set_flow(struct pathd *p, char **words, int count, int64_t now_us) {
  union address pipe;
  uint8_t number, theirs = 0;
  struct peer *peer = count == 4 || count == 5 ? peer_of_flow(p, words[1], &number) : 0;
  if (peer == 0) return "no such peer";
  if (!address_parse(words[2], words[3], &pipe) || address_port(&pipe) == 0) return "not an address";
  if (count == 5 && !parse_number(words[4], &theirs)) return "not a number of a flow";
  const bool is_new = flow_find(peer, number) == 0;
  struct flow *flow = flow_add(&p->table, peer, number, &pipe, now_us);
  if (flow == 0) return "too many flows, or a port of another one";
  flow->theirs = theirs;
  if (!is_new) return 0;
  flow_begin(&p->table, flow, &p->incarnation, now_us);
  say(ANSWER, "incarnation %u", p->incarnation); // the agent starts the next pathd above it
  return 0;
}

static const char *drop_flow(struct pathd *p, char **words, int count) {
  struct flow *flow = count == 2 ? known_flow(p, words[1]) : 0;
  if (flow == 0) return "no such flow";
  flow_remove(&p->table, flow);
  return 0;
}

static bool parse_via(const char *word, uint32_t *via) {
  *via = 0;
  return strcmp(word, "direct") == 0 || parse_id(word, via);
}

/** route ID[.NUMBER] PRIMARY STANDBY: `direct` or a relay's number; STANDBY may be `none`. A path keeps its slot. */
static const char *set_route(struct pathd *p, char **words, int count, int64_t now_us) {
  uint32_t wanted[SLOTS] = {0};
  struct flow *flow = count == 4 ? known_flow(p, words[1]) : 0;
  if (flow == 0) return "no such flow";
  const struct peer *peer = flow->peer;
  const bool two = count == 4 && strcmp(words[3], "none") != 0;
  if (!parse_via(words[2], &wanted[0]) || (two && !parse_via(words[3], &wanted[1]))) return "a path is direct or a relay's number";
  if ((two && wanted[0] == wanted[1]) || wanted[0] == peer->id || (two && wanted[1] == peer->id)) return "two different paths, and not over the peer itself";
  const struct rules *r = &flow->rules;
  int slot = 0; // slot of the primary: its current slot, else the other slot of a standby that stays, else the first
  if (r->paths[1].present && flow->via[1] == wanted[0]) slot = 1;
  else if (r->paths[0].present && flow->via[0] == wanted[0]) slot = 0;
  else if (two && r->paths[0].present && flow->via[0] == wanted[1]) slot = 1;
  bool present[SLOTS] = {false, false}, fresh[SLOTS] = {false, false};
  for (int i = 0; i < (two ? 2 : 1); i++) {
    const int at = i == 0 ? slot : 1 - slot;
    present[at] = true;
    fresh[at] = !r->paths[at].present || flow->via[at] != wanted[i];
    flow->via[at] = wanted[i];
  }
  rules_route(&flow->rules, now_us, slot, present, fresh);
  return 0;
}

static void say_status(const struct pathd *p) {
  const struct counters *c = &p->counters;
  say(ANSWER, "status peers=%u flows=%u fromPipes=%llu toPipes=%llu relayed=%llu probes=%llu feedbacks=%llu malformed=%llu unknown=%llu "
              "forged=%llu replayed=%llu looped=%llu oversize=%llu unroutable=%llu dropped=%llu",
              p->table.peer_count, p->table.flow_count, (unsigned long long)c->from_pipes, (unsigned long long)c->to_pipes,
              (unsigned long long)c->relayed, (unsigned long long)c->probes, (unsigned long long)c->feedbacks,
              (unsigned long long)c->malformed, (unsigned long long)c->unknown, (unsigned long long)c->forged,
              (unsigned long long)c->replayed, (unsigned long long)c->looped, (unsigned long long)c->oversize,
              (unsigned long long)c->unroutable, (unsigned long long)(p->wire.dropped + p->local.dropped));
}

static const char *obey(struct pathd *p, char **words, int count, int64_t now_us) {
  if (count == 0) return "empty";
  const char *verb = words[0];
  if (strcmp(verb, "peer") == 0) return set_peer(p, words, count);
  if (strcmp(verb, "unpeer") == 0) return drop_peer(p, words, count);
  if (strcmp(verb, "flow") == 0) return set_flow(p, words, count, now_us);
  if (strcmp(verb, "unflow") == 0) return drop_flow(p, words, count);
  if (strcmp(verb, "route") == 0) return set_route(p, words, count, now_us);
  if (strcmp(verb, "status") == 0 && count == 1) {
    say_status(p);
    return 0;
  }
  return "unknown command";
}

/** Executes a line `NUMBER COMMAND...` and answers with `ok NUMBER` or `error NUMBER why`. */
static void take_line(struct pathd *p, char *line, int64_t now_us) {
  char *words[WORDS_MAX + 1], *rest = 0;
  int count = 0;
  for (char *word = strtok_r(line, " \r", &rest); word != 0 && count <= WORDS_MAX; word = strtok_r(0, " \r", &rest)) words[count++] = word;
  const bool numbered = count > 0 && strlen(words[0]) <= 10 && strspn(words[0], "0123456789") == strlen(words[0]);
  if (!numbered || count > WORDS_MAX) {
    say(ANSWER, "error %s malformed line", numbered ? words[0] : "0");
    return;
  }
  const char *why = obey(p, words + 1, count - 1, now_us);
  if (why == 0) say(ANSWER, "ok %s", words[0]);
  else say(ANSWER, "error %s %s", words[0], why);
}

static void take_byte(struct control *c, struct pathd *p, char byte, int64_t now_us) {
  if (byte != '\n') {
    if (c->length < LINE_MAX_BYTES - 1) c->line[c->length++] = byte == 0 ? '?' : byte;
    else c->skipping = true;
    return;
  }
  c->line[c->length] = 0;
  if (c->skipping) say(ANSWER, "error 0 line too long");
  else take_line(p, c->line, now_us);
  c->length = 0;
  c->skipping = false;
}

bool control_read(struct control *c, struct pathd *p, int64_t now_us) {
  if (!control_behind(c)) {
    const ssize_t count = read(STDIN_FILENO, c->bytes, sizeof c->bytes);
    if (count <= 0) return false;
    c->at = 0;
    c->count = (size_t)count;
  }
  while (control_behind(c) && control_has_room()) take_byte(c, p, c->bytes[c->at++], now_us);
  return true;
}

static const char *flow_name(const struct flow *flow, char text[FLOW_NAME_BYTES]) {
  if (flow->number == 0) snprintf(text, FLOW_NAME_BYTES, "%08x", flow->peer->id);
  else snprintf(text, FLOW_NAME_BYTES, "%08x.%u", flow->peer->id, flow->number);
  return text;
}

static const char *via_name(uint32_t via, char text[9]) {
  snprintf(text, 9, "%08x", via);
  return via == 0 ? "direct" : text;
}

void control_flipped(const struct flow *flow) {
  char name[FLOW_NAME_BYTES], via[9];
  const struct flip *flip = &flow->rules.flip;
  say(FLIP, "flip %s %s %s %.1f", flow_name(flow, name), via_name(flow->via[flip->slot], via), reason_name(flip->reason), (double)flip->age_us / 1e3);
}

void control_samples(const struct pathd *p, int64_t now_us) {
  for (uint32_t i = 0; i < p->table.flow_count; i++) {
    const struct flow *flow = p->table.flows[i];
    for (int slot = 0; slot < SLOTS; slot++) {
      const struct path *path = &flow->rules.paths[slot];
      if (!path->present) continue;
      char name[FLOW_NAME_BYTES], via[9];
      double delay_us = path->base_us;
      for (int b = 0; b < BUCKETS; b++)
        if (path->buckets[b].has_delay) delay_us = path->buckets[b].delay_us;
      say(SAMPLE, "sample %s %s %d %.3f %.3f %.3f %.4f %.4f %u %.1f %u", flow_name(flow, name), via_name(flow->via[slot], via), slot == flow->rules.active,
                  path->timed ? path->rtt_us / 1e3 : -1.0, (delay_us - path->base_us) / 1e3, path->rtt_var_us / 1e3, path_loss_fast(path),
                  path->slow_loss, path_sent(path), (double)path_silence_us(path, now_us) / 1e3, flow->rules.both_times);
    }
  }
}
