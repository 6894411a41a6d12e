#include "forward.h"
#include <string.h>

static const int64_t feedback_us = 50000;
/** Period of probes on an idle path, for a flow with two paths and with one. */
static const int64_t probe_us = 200000, probe_alone_us = 1000000;
static const int64_t probe_urgent_us = 50000, urgent_from_us = 100000, urgent_until_us = 3000000;
static const int64_t busy_us = 1000000;
static const uint8_t empty_report[REPORT_BYTES];

/** Queues a payload with our header for `via` (0: direct). The payload must stay in place until the flush. */
static void send_by(struct pathd *p, struct flow *flow, uint32_t via, struct header header, const uint8_t *payload, size_t length) {
  const struct peer *next = via == 0 ? flow->peer : peer_find(&p->table, via);
  if (next == 0) {
    p->counters.unroutable++;
    return;
  }
  header.incarnation = flow->incarnation;
  header.flow = flow->theirs;
  header.source = header.hop = p->id;
  header.destination = flow->peer->id;
  header.sealed = via != 0;
  uint8_t *head = p->wire.headers[outbox_place(&p->wire)];
  header_write(head, &header);
  if (header.sealed) seal_write(head, payload, length, flow->peer->tx_key);
  mac_write(head, payload, length, next->tx_key);
  outbox_add(&p->wire, &next->address, head, head_bytes(&header), payload, length);
}

static void send_on(struct pathd *p, struct flow *flow, int slot, enum kind kind, const uint8_t *payload, size_t length, int64_t now_us) {
  const uint32_t seq = rules_send(&flow->rules, now_us, slot);
  const struct header header = {.kind = kind, .slot = (uint8_t)slot, .seq = seq, .sent_us = (uint32_t)now_us};
  send_by(p, flow, flow->via[slot], header, payload, length);
}

void forward_from_pipes(struct pathd *p, int64_t now_us) {
  const int count = inbox_take(&p->inbox, p->local.fd);
  for (int i = 0; i < count; i++) {
    const struct datagram *in = &p->inbox.datagrams[i];
    struct flow *flow = flow_from(&p->table, in->from);
    if (flow == 0) p->counters.unknown++;
    else if (in->length > PAYLOAD_MAX || in->length == 0) p->counters.oversize++;
    else {
      p->counters.from_pipes++;
      for (int slot = 0; slot < SLOTS; slot++)
        if (rules_uses(&flow->rules, slot)) send_on(p, flow, slot, KIND_DATA, in->bytes, in->length, now_us);
    }
  }
  outbox_flush(&p->wire);
}

/** Writes our current report on the peer's slots. */
static void reports_of(struct flow *flow, int64_t now_us, uint8_t report[REPORT_BYTES]) {
  struct slot_report reports[SLOTS];
  for (int slot = 0; slot < SLOTS; slot++) reports[slot] = received_report(&flow->received[slot], now_us);
  report_write(report, reports);
}

static void send_feedback(struct pathd *p, struct flow *flow, uint32_t via, uint32_t seq, const uint8_t *report, int64_t now_us) {
  // The report is copied behind header and seal, so that it stays in place until the flush.
  uint8_t *kept = p->wire.headers[outbox_place(&p->wire)] + HEADER_BYTES + SEAL_BYTES;
  memcpy(kept, report, REPORT_BYTES);
  const struct header header = {.kind = KIND_FEEDBACK, .seq = seq, .sent_us = (uint32_t)now_us};
  send_by(p, flow, via, header, kept, REPORT_BYTES);
}

static void relay(struct pathd *p, const struct header *header, uint8_t *bytes, size_t length) {
  const struct peer *next = peer_find(&p->table, header->destination);
  if (header->relayed) {
    p->counters.looped++;
    return;
  }
  if (next == 0) {
    p->counters.unroutable++;
    return;
  }
  struct header onward = *header;
  onward.relayed = true;
  onward.hop = p->id;
  header_write(bytes, &onward);
  const size_t head = head_bytes(&onward);
  mac_write(bytes, bytes + head, length - head, next->tx_key);
  outbox_add(&p->wire, &next->address, bytes, length, 0, 0);
  p->counters.relayed++;
}

/**
 * Returns false for a datagram of an earlier incarnation of the flow; a new incarnation resets the flow. To be called
 * for authenticated datagrams only.
 */
static bool of_this_life(struct flow *flow, uint16_t incarnation) {
  const int16_t newer = (int16_t)(incarnation - flow->their_incarnation);
  if (flow->their_incarnation_known && newer <= 0) return newer == 0;
  flow->their_incarnation = incarnation;
  flow->their_incarnation_known = true;
  flow->feedback_heard = false;
  memset(flow->received, 0, sizeof flow->received);
  rules_peer_anew(&flow->rules);
  return true;
}

static void take(struct pathd *p, struct flow *flow, const struct header *header, uint8_t *payload, size_t length, int64_t now_us) {
  if (header->kind == KIND_FEEDBACK) {
    // a copy from the other path
    if (flow->feedback_heard && (int32_t)(header->seq - flow->feedback_last) <= 0) return;
    flow->feedback_heard = true;
    flow->feedback_last = header->seq;
    struct slot_report reports[SLOTS];
    report_read(payload, reports);
    rules_report(&flow->rules, now_us, reports);
    p->counters.feedbacks++;
    return;
  }
  const bool fresh = received_take(&flow->received[header->slot], header->seq, header->sent_us, now_us);
  if (!fresh) p->counters.replayed++;
  if (header->kind == KIND_DATA) {
    // Copies go to the pipe as well; SRTP's replay window drops them.
    outbox_add(&p->local, &flow->pipe, payload, length, 0, 0);
    p->counters.to_pipes++;
    if (fresh) flow->feedback_due = true;
  } else if (fresh) { // a replayed probe gets no answer
    uint8_t report[REPORT_BYTES];
    reports_of(flow, now_us, report);
    send_feedback(p, flow, header->relayed ? header->hop : 0, ++flow->feedback_sent, report, now_us);
    p->counters.probes++;
  }
}

typedef bool holds(const uint8_t *head, const uint8_t *payload, size_t length, const uint8_t *key);

static bool authentic(holds *holds, const struct peer *by, const struct header *header, const uint8_t *bytes, size_t length) {
  const size_t head = head_bytes(header);
  for (int i = 0; i < by->rx_count; i++)
    if (holds(bytes, bytes + head, length - head, by->rx_keys[i])) return true;
  return false;
}

void forward_from_wire(struct pathd *p, int64_t now_us) {
  const int count = inbox_take(&p->inbox, p->wire.fd);
  for (int i = 0; i < count; i++) {
    uint8_t *bytes = p->inbox.datagrams[i].bytes;
    const size_t length = p->inbox.datagrams[i].length;
    struct header header;
    if (!header_read(bytes, length, &header)) {
      p->counters.malformed++;
      continue;
    }
    const struct peer *hop = peer_find(&p->table, header.hop);
    const struct peer *source = peer_find(&p->table, header.source);
    const bool for_us = header.destination == p->id;
    struct flow *flow = source == 0 ? 0 : flow_find(source, header.flow);
    // Relayed datagrams have a seal; all others have none.
    if (header.sealed != (header.relayed || !for_us)) p->counters.malformed++;
    else if (hop == 0 || (for_us && flow == 0)) p->counters.unknown++;
    else if (!authentic(mac_holds, hop, &header, bytes, length)) p->counters.forged++;
    else if (!for_us) relay(p, &header, bytes, length);
    else if (header.sealed && !authentic(seal_holds, source, &header, bytes, length)) p->counters.forged++;
    else if (!of_this_life(flow, header.incarnation)) p->counters.replayed++;
    else take(p, flow, &header, bytes + head_bytes(&header), length - head_bytes(&header), now_us);
  }
  outbox_flush(&p->wire);
  outbox_flush(&p->local);
}

static int64_t probe_interval_us(const struct flow *flow, int slot, int64_t now_us) {
  if (!flow->rules.paths[1 - slot].present) return probe_alone_us;
  const int64_t silence_us = path_silence_us(&flow->rules.paths[slot], now_us);
  return silence_us > urgent_from_us && silence_us < urgent_until_us ? probe_urgent_us : probe_us;
}

void forward_tick(struct pathd *p, int64_t now_us, void (*flipped)(const struct flow *flow)) {
  for (uint32_t i = 0; i < p->table.flow_count; i++) {
    struct flow *flow = p->table.flows[i];
    if (flow->feedback_due && now_us - flow->feedback_at_us >= feedback_us) {
      uint8_t report[REPORT_BYTES];
      reports_of(flow, now_us, report);
      const uint32_t seq = ++flow->feedback_sent;
      for (int slot = 0; slot < SLOTS; slot++)
        if (flow->rules.paths[slot].present) send_feedback(p, flow, flow->via[slot], seq, report, now_us);
      flow->feedback_due = false;
      flow->feedback_at_us = now_us;
    }
    if (rules_tick(&flow->rules, now_us)) flipped(flow);
    for (int slot = 0; slot < SLOTS; slot++) {
      const struct path *path = &flow->rules.paths[slot];
      if (!path->present || now_us - path->sent_at_us < probe_interval_us(flow, slot, now_us)) continue;
      send_on(p, flow, slot, KIND_PROBE, empty_report, REPORT_BYTES, now_us);
    }
  }
  outbox_flush(&p->wire);
}

bool forward_busy(const struct pathd *p, int64_t now_us) {
  for (uint32_t i = 0; i < p->table.flow_count; i++) {
    const struct flow *flow = p->table.flows[i];
    if (flow->feedback_due || path_sent(&flow->rules.paths[flow->rules.active]) > 10 || now_us - flow->feedback_at_us < busy_us) return true;
  }
  return false;
}
