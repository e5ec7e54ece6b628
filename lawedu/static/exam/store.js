// What has not been acknowledged yet, kept in the browser's database under (person, attempt): it survives reload, closed tab and crash.
// Where the browser offers none (private windows) or its database fails, a list in memory takes its place: answers are still sent.

const NAME = "lawedu-exam";
const PATIENCE = 3000;

function open() {
  return new Promise((resolve, reject) => {
    if (!window.indexedDB) { reject(new Error("none")); return; }
    const asked = window.indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      const base = asked.result;
      base.createObjectStore("ops", { keyPath: ["scope", "client", "seq"] }).createIndex("scope", "scope");
      base.createObjectStore("counter", { keyPath: "scope" });
    };
    asked.onsuccess = () => {
      // Signing out in another tab wipes the database; an open connection would hold that up.
      asked.result.onversionchange = () => asked.result.close();
      resolve(asked.result);
    };
    asked.onerror = () => reject(asked.error);
    asked.onblocked = () => reject(new Error("blocked"));
  });
}

function done(transaction, result) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(result && result.value);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
    // Some web views never answer; what is written twice in the end is the same operation.
    window.setTimeout(() => reject(new Error("silent")), PATIENCE);
  });
}

class DatabaseStore {
  constructor(base, scope) {
    this.base = base;
    this.scope = scope;
  }

  // One counter for all tabs of this browser, so that a tab opened later always outranks what it sees.
  add(op, least) {
    const work = this.base.transaction(["ops", "counter"], "readwrite");
    const result = {};
    const counters = work.objectStore("counter");
    const asked = counters.get(this.scope);
    asked.onsuccess = () => {
      const seq = Math.max(least, asked.result ? asked.result.next : 1);
      counters.put({ scope: this.scope, next: seq + 1 });
      result.value = Object.assign({}, op, { seq });
      work.objectStore("ops").put(Object.assign({ scope: this.scope }, result.value));
    };
    return done(work, result);
  }

  all() {
    const work = this.base.transaction("ops", "readonly");
    const result = {};
    const asked = work.objectStore("ops").index("scope").getAll(this.scope);
    asked.onsuccess = () => { result.value = asked.result.sort((a, b) => a.seq - b.seq); };
    return done(work, result);
  }

  remove(ops) {
    if (!ops.length) return Promise.resolve();
    const work = this.base.transaction("ops", "readwrite");
    ops.forEach((op) => work.objectStore("ops").delete([this.scope, op.client, op.seq]));
    return done(work);
  }

  wasHere() {
    const work = this.base.transaction("counter", "readonly");
    const result = {};
    const asked = work.objectStore("counter").get(this.scope);
    asked.onsuccess = () => { result.value = Boolean(asked.result); };
    return done(work, result);
  }

  visit(next) {
    const work = this.base.transaction("counter", "readwrite");
    const counters = work.objectStore("counter");
    const asked = counters.get(this.scope);
    asked.onsuccess = () => counters.put({ scope: this.scope, next: Math.max(next, asked.result ? asked.result.next : 1) });
    return done(work);
  }

  clear() {
    const work = this.base.transaction(["ops", "counter"], "readwrite");
    work.objectStore("counter").delete(this.scope);
    const asked = work.objectStore("ops").index("scope").getAllKeys(this.scope);
    asked.onsuccess = () => asked.result.forEach((key) => work.objectStore("ops").delete(key));
    return done(work);
  }
}

class MemoryStore {
  constructor() {
    this.ops = [];
    this.next = 1;
  }

  add(op, least) {
    const seq = Math.max(least, this.next);
    this.next = seq + 1;
    const kept = Object.assign({}, op, { seq });
    this.ops.push(kept);
    return kept;
  }

  all() { return this.ops.slice(); }

  remove(ops) {
    const gone = new Set(ops.map((op) => `${op.client} ${op.seq}`));
    this.ops = this.ops.filter((op) => !gone.has(`${op.client} ${op.seq}`));
  }

  clear() { this.ops = []; }
}

// The database with the memory behind it: whatever the database refuses is kept in the page.
class Store {
  constructor(base, scope) {
    this.disk = base && new DatabaseStore(base, scope);
    this.memory = new MemoryStore();
  }

  onDisk(work) {
    if (!this.disk) return Promise.reject(new Error("none"));
    try { return work(this.disk); } catch (error) { return Promise.reject(error); }
  }

  add(op, least) { return this.onDisk((disk) => disk.add(op, least)).catch(() => this.memory.add(op, least)); }

  all() {
    return this.onDisk((disk) => disk.all()).catch(() => []).then((ops) => ops.concat(this.memory.all()));
  }

  remove(ops) {
    this.memory.remove(ops);
    return this.onDisk((disk) => disk.remove(ops)).catch(() => {});
  }

  // Whether this browser has had this attempt open before; where that cannot be known, it counts as yes.
  wasHere() { return this.onDisk((disk) => disk.wasHere()).catch(() => true); }

  visit(next) {
    this.memory.next = Math.max(this.memory.next, next);
    return this.onDisk((disk) => disk.visit(next)).catch(() => {});
  }

  clear() {
    this.memory.clear();
    return this.onDisk((disk) => disk.clear()).catch(() => {});
  }
}

export function openStore(person, attempt) {
  const patience = new Promise((resolve) => { window.setTimeout(() => resolve(null), PATIENCE); });
  return Promise.race([open().catch(() => null), patience]).then((base) => new Store(base, `${person}:${attempt}`));
}
