// Sends the queue and empties it of acknowledged numbers only. Reports what happened; never touches the page itself.
//
// Tells: "saved" (everything acknowledged), "saving", "slow", "offline", "signed-out", "paused", "rejected", "epoch" (another
// device took over), "digest" (of the sheet as the server has it), "closed" (the attempt has ended).

const FIRST_WAIT = 500;
const LONGEST_WAIT = 15000;
const PAUSE_WAIT = 10000;
const SOON = 3000;
const LIMIT = 20000;
const BATCH = 200;

export class Saver {
  constructor(options) {
    Object.assign(this, options);
    this.wait = FIRST_WAIT;
    this.timer = 0;
    this.batch = BATCH;
    this.running = null;
    this.isStopped = false;
    this.refusedToken = false;
    this.typed = new Map();
    this.typing = 0;
    this.unstored = 0;
    this.adding = Promise.resolve();
  }

  // One change of one answer: first into the store, then on its way. `delay` (typing): only the last of many changes is kept.
  put(item, value, delay) {
    if (this.isStopped) return;
    this.tell("saving", {});
    this.typed.set(item, value);
    window.clearTimeout(this.typing);
    if (delay) this.typing = window.setTimeout(() => this.flush(), delay);
    else this.flush();
  }

  settle() {
    window.clearTimeout(this.typing);
    const changes = Array.from(this.typed);
    this.typed.clear();
    changes.forEach(([item, value]) => {
      const op = { client: this.client, epoch: this.epoch, item, value };
      this.unstored += 1;
      this.adding = this.adding.then(() => this.store.add(op, this.nextSeq)).then((kept) => {
        this.nextSeq = Math.max(this.nextSeq, kept.seq + 1);
        this.unstored -= 1;
      });
    });
  }

  isClean() { return !this.typed.size && !this.unstored; }

  schedule(delay) {
    if (this.isStopped) return;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.flush(), delay);
  }

  // Send what there is; resolves with whether everything is acknowledged.
  flush(heartbeat) {
    if (this.isStopped) return Promise.resolve(false);
    this.settle();
    if (this.running) return this.running.then(() => this.flush(heartbeat));
    window.clearTimeout(this.timer);
    this.running = this.adding.then(() => this.store.all()).then((ops) => this.send(ops, heartbeat))
      .catch((error) => { window.console.error(error); return this.failed(); })
      .then((isEmpty) => { this.running = null; return isEmpty; });
    return this.running;
  }

  send(ops, heartbeat) {
    if (!ops.length && !heartbeat) {
      if (this.isClean()) this.tell("saved", {});
      return true;
    }
    // Numbers belong to the tab that gave them: one request for one client and one epoch.
    const batch = ops.filter((op) => op.client === ops[0].client && op.epoch === ops[0].epoch).slice(0, this.batch);
    return this.post("/ops", this.message(batch, heartbeat)).then((answer) => this.took(answer, batch, heartbeat));
  }

  message(batch, heartbeat) {
    const { client, epoch } = batch[0] || this;
    const body = { client, epoch, ops: batch.map((op) => ({ seq: op.seq, item: op.item, value: op.value })) };
    if (heartbeat) body.digest = true;
    return body;
  }

  took(answer, batch, heartbeat) {
    if (answer.status !== 200) return this.refused(answer);
    const reply = answer.body;
    this.clock.sync(reply.server_now, reply.deadline_at);
    this.nextSeq = Math.max(this.nextSeq, reply.next_seq);
    this.wait = FIRST_WAIT;
    this.refusedToken = false;
    const rejected = new Map(reply.rejected.map((one) => [one.seq, one.code]));
    const answered = new Set(reply.acked.concat(Array.from(rejected.keys())));
    const gone = batch.filter((op) => answered.has(op.seq));
    return this.store.remove(gone).then(() => this.store.all()).then((left) => {
      if (rejected.size) this.tell("rejected", { ops: batch.filter((op) => rejected.has(op.seq)) });
      if (reply.epoch > this.epoch) this.tell("epoch", { epoch: reply.epoch });
      if (left.length && gone.length) return this.send(left, heartbeat);
      if (left.length && batch.length) { this.schedule(this.wait); return false; }
      if (left.length || !this.isClean()) { this.schedule(0); return false; }
      this.tell("saved", { at: reply.server_now });
      if (reply.digest) this.tell("digest", { digest: reply.digest });
      return true;
    });
  }

  // Why a request was not taken; the queue stays as it is. Always false: not everything is acknowledged.
  refused(answer) {
    const code = answer.body && answer.body.code;
    if (answer.status === 410) { this.tell("closed", {}); return false; }
    if (answer.status === 403 && code === "csrf" && !this.refusedToken) {
      this.refusedToken = true;
      this.token = answer.body.csrf_token;
      this.schedule(0);
      return false;
    }
    // 404 and 403: somebody else has signed in within this browser; the queue belongs to the first and waits.
    const isAway = answer.status === 401 || answer.status === 404 || (answer.status === 403 && code !== "csrf");
    if (isAway) { this.tell("signed-out", {}); return false; }
    if (code === "paused") {
      this.tell("paused", {});
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.flush(true), PAUSE_WAIT * (0.7 + Math.random() * 0.6));
      return false;
    }
    if (answer.status === 413) this.batch = Math.max(1, this.batch >> 1);
    return this.failed();
  }

  failed() {
    this.tell("offline", {});
    this.schedule(this.wait * (0.7 + Math.random() * 0.6));
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
    return false;
  }

  // Resolves with {status, body}; status 0 when no answer came. A reply that is long in coming counts as none: the same numbers
  // are sent again and acknowledged again.
  post(path, body) {
    const stop = window.AbortController ? new AbortController() : null;
    const late = window.setTimeout(() => this.tell("slow", {}), SOON);
    const limit = window.setTimeout(() => stop && stop.abort(), LIMIT);
    return fetch(this.address + path, {
      method: "POST",
      credentials: "same-origin",
      redirect: "error",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": this.token },
      body: JSON.stringify(body),
      signal: stop ? stop.signal : undefined,
    }).then((reply) => reply.text().then((text) => ({ status: reply.status, body: JSON.parse(text) }))).catch(() => ({ status: 0, body: null }))
      .then((answer) => { window.clearTimeout(late); window.clearTimeout(limit); return answer; });
  }

  // For deeds besides saving: once more with the fresh token when the old one is refused.
  act(path, body, isAgain) {
    return this.post(path, body).then((answer) => {
      if (isAgain || answer.status !== 403 || !answer.body || answer.body.code !== "csrf") return answer;
      this.token = answer.body.csrf_token;
      return this.act(path, body, true);
    });
  }

  takeOver() {
    return this.act("/take-over", {}).then((answer) => {
      if (answer.status !== 200) { this.refused(answer); throw new Error(String(answer.status)); }
      this.epoch = answer.body.epoch;
      this.nextSeq = Math.max(this.nextSeq, answer.body.next_seq);
      return answer.body;
    });
  }

  submit(digest) { return this.act("/submit", { client: this.client, epoch: this.epoch, ops: [], digest }); }

  // The facts of the page as the server would write them now: reading changes nothing and takes nothing over.
  look() {
    return fetch(this.address, { credentials: "same-origin", redirect: "error" }).then((reply) => reply.text()).then((text) => {
      const page = new DOMParser().parseFromString(text, "text/html");
      return JSON.parse(page.getElementById("attempt").textContent);
    });
  }

  // The page goes away: what is still here is in the store; the browser may carry one last request.
  farewell() {
    if (this.isStopped) return;
    this.settle();
    this.adding.then(() => this.store.all()).then((ops) => {
      if (!ops.length) return;
      const mine = ops.filter((op) => op.client === ops[0].client && op.epoch === ops[0].epoch).slice(0, this.batch);
      fetch(`${this.address}/ops`, {
        method: "POST",
        credentials: "same-origin",
        keepalive: true,
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRF-Token": this.token },
        body: JSON.stringify(this.message(mine)),
      }).catch(() => {});
    });
  }

  stop() {
    this.isStopped = true;
    window.clearTimeout(this.timer);
    window.clearTimeout(this.typing);
  }
}
