// What has not been acknowledged yet, kept in the browser's database under (person, attempt): it survives reload, closed tab and crash.
// Where the browser offers none (private windows), a list in memory takes its place and the page says so nowhere: it still saves.

const NAME = "lawedu-exam";

function open() {
  return new Promise((resolve, reject) => {
    if (!window.indexedDB) { reject(new Error("none")); return; }
    const asked = window.indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      const base = asked.result;
      base.createObjectStore("ops", { keyPath: ["scope", "client", "seq"] }).createIndex("scope", "scope");
      base.createObjectStore("counter", { keyPath: "scope" });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
    asked.onblocked = () => reject(new Error("blocked"));
  });
}

function done(transaction, result) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(result && result.value);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
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
    return Promise.resolve(kept);
  }

  all() { return Promise.resolve(this.ops.slice()); }

  remove(ops) {
    const gone = new Set(ops.map((op) => `${op.client} ${op.seq}`));
    this.ops = this.ops.filter((op) => !gone.has(`${op.client} ${op.seq}`));
    return Promise.resolve();
  }

  wasHere() { return Promise.resolve(true); }

  visit(next) {
    this.next = Math.max(this.next, next);
    return Promise.resolve();
  }

  clear() {
    this.ops = [];
    return Promise.resolve();
  }
}

export function openStore(person, attempt) {
  return open().then((base) => new DatabaseStore(base, `${person}:${attempt}`)).catch(() => new MemoryStore());
}

// On sign-out nothing of anybody stays on a shared computer.
export function wipeEverything() {
  if (window.indexedDB) window.indexedDB.deleteDatabase(NAME);
}
