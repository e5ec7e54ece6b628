// Sends the queue and empties it of acknowledged numbers only. Reports states; never touches the page itself.
//
// States: "saved" (queue empty and acknowledged), "saving", "offline", and events: "signed-out", "closed", "epoch", "paused".

const FIRST_WAIT = 500;
const LONGEST_WAIT = 15000;
const SOON = 3000;
const BATCH = 200;

export class Saver {
  constructor(options) {
    this.address = options.address;
    this.token = options.token;
    this.epoch = options.epoch;
    this.nextSeq = options.nextSeq;
    this.store = options.store;
    this.client = options.client;
    this.tell = options.tell;
    this.clock = options.clock;
    this.wait = FIRST_WAIT;
    this.timer = 0;
    this.running = null;
    this.isStopped = false;
    this.adding = Promise.resolve();
  }

  // One change of one answer: first into the store, then on its way.
  put(item, value, delay) {
    this.tell("saving", {});
    const op = { client: this.client, epoch: this.epoch, item, value };
    this.adding = this.adding.then(() => this.store.add(op, this.nextSeq)).then((kept) => {
      this.nextSeq = Math.max(this.nextSeq, kept.seq + 1);
    });
    return this.adding.then(() => this.schedule(delay || 0));
  }

  schedule(delay) {
    if (this.isStopped) return;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.flush(), delay);
  }

  // Send what there is; resolves when the queue is empty or the attempt to send it has failed.
  flush(heartbeat) {
    if (this.isStopped) return Promise.resolve(false);
    if (this.running) return this.running.then(() => this.flush(heartbeat));
    window.clearTimeout(this.timer);
    this.running = this.adding.then(() => this.store.all()).then((ops) => this.send(ops, heartbeat))
      .catch(() => this.failed()).then((isEmpty) => { this.running = null; return isEmpty; });
    return this.running;
  }

  send(ops, heartbeat) {
    if (!ops.length && !heartbeat) { this.tell("saved", {}); return true; }
    // Numbers belong to the tab that gave them: one request for one client and one epoch.
    const first = ops[0];
    const batch = first ? ops.filter((op) => op.client === first.client && op.epoch === first.epoch).slice(0, BATCH) : [];
    const body = {
      client: first ? first.client : this.client,
      epoch: first ? first.epoch : this.epoch,
      ops: batch.map((op) => ({ seq: op.seq, item: op.item, value: op.value })),
    };
    if (heartbeat) body.digest = true;
    return this.post("/ops", body, SOON).then((answer) => this.took(answer, batch, ops, heartbeat));
  }

  took(answer, batch, ops, heartbeat) {
    if (answer.status !== 200) return this.refused(answer);
    const reply = answer.body;
    this.clock.sync(reply.server_now, reply.deadline_at);
    this.nextSeq = Math.max(this.nextSeq, reply.next_seq);
    this.wait = FIRST_WAIT;
    const answered = new Set(reply.acked.concat(reply.rejected.map((one) => one.seq)));
    const gone = batch.filter((op) => answered.has(op.seq));
    return this.store.remove(gone).then(() => {
      if (reply.rejected.length) this.tell("rejected", { rejected: reply.rejected, ops: batch });
      if (reply.epoch > this.epoch) this.tell("epoch", { epoch: reply.epoch });
      if (heartbeat && !ops.length && reply.digest) this.tell("digest", { digest: reply.digest });
      return this.store.all();
    }).then((left) => {
      if (left.length) { this.schedule(gone.length ? 0 : this.wait); return false; }
      this.tell("saved", { at: reply.server_now });
      return true;
    });
  }

  refused(answer) {
    const code = answer.body && answer.body.code;
    if (answer.status === 401) { this.tell("signed-out", {}); return false; }
    if (answer.status === 403 && code === "csrf") {
      this.token = answer.body.csrf_token;
      this.schedule(0);
      return false;
    }
    if (answer.status === 410 || answer.status === 404) { this.stop(); this.tell("closed", {}); return false; }
    if (code === "paused") { this.tell("paused", {}); return this.failed(); }
    return this.failed();
  }

  failed() {
    this.tell("offline", {});
    this.schedule(this.wait * (0.7 + Math.random() * 0.6));
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
    return false;
  }

  // A reply that is long in coming counts as none: the same numbers are sent again and acknowledged again.
  post(path, body, slow) {
    const stop = window.AbortController ? new AbortController() : null;
    const late = window.setTimeout(() => this.tell("slow", {}), slow);
    const limit = window.setTimeout(() => stop && stop.abort(), 20000);
    return fetch(this.address + path, {
      method: "POST",
      credentials: "same-origin",
      redirect: "error",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": this.token },
      body: JSON.stringify(body),
      signal: stop ? stop.signal : undefined,
    }).then((reply) => reply.text().then((text) => {
      let parsed = null;
      try { parsed = JSON.parse(text); } catch (error) { parsed = null; }
      return { status: reply.status, body: parsed, text };
    })).then(
      (answer) => { window.clearTimeout(late); window.clearTimeout(limit); return answer; },
      (error) => { window.clearTimeout(late); window.clearTimeout(limit); throw error; },
    );
  }

  takeOver() {
    return this.post("/take-over", {}, SOON).then((answer) => {
      if (answer.status === 403 && answer.body && answer.body.code === "csrf") {
        this.token = answer.body.csrf_token;
        return this.takeOver();
      }
      if (answer.status !== 200) { this.refused(answer); throw new Error(String(answer.status)); }
      this.epoch = answer.body.epoch;
      this.nextSeq = Math.max(this.nextSeq, answer.body.next_seq);
      return answer.body;
    });
  }

  submit(digest) {
    return this.post("/submit", { client: this.client, epoch: this.epoch, ops: [], digest }, SOON).then((answer) => {
      if (answer.status === 403 && answer.body && answer.body.code === "csrf") {
        this.token = answer.body.csrf_token;
        return this.submit(digest);
      }
      return answer;
    });
  }

  // The page goes away: what is still here is in the store; the browser may carry one last request.
  farewell() {
    if (this.isStopped) return;
    this.store.all().then((ops) => {
      if (!ops.length) return;
      const mine = ops.filter((op) => op.client === ops[0].client && op.epoch === ops[0].epoch).slice(0, BATCH);
      fetch(`${this.address}/ops`, {
        method: "POST",
        credentials: "same-origin",
        keepalive: true,
        headers: { "Content-Type": "application/json", "X-CSRF-Token": this.token },
        body: JSON.stringify({
          client: mine[0].client,
          epoch: mine[0].epoch,
          ops: mine.map((op) => ({ seq: op.seq, item: op.item, value: op.value })),
        }),
      }).catch(() => {});
    });
  }

  stop() {
    this.isStopped = true;
    window.clearTimeout(this.timer);
  }
}
