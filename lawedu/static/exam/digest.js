// The digest of a sheet as the server computes it: SHA-256 of the canonical JSON without nulls, lists sorted.

function canonical(sheet) {
  const items = Object.keys(sheet).filter((item) => sheet[item] !== null && sheet[item] !== undefined).sort();
  const parts = items.map((item) => {
    const value = Array.isArray(sheet[item]) ? sheet[item].slice().sort() : sheet[item];
    return `${JSON.stringify(item)}:${JSON.stringify(value)}`;
  });
  return `{${parts.join(",")}}`;
}

const ROUND = [];
const START = [];
(function constants() {
  // First 32 bits of the fractional parts of the cube (and square) roots of the first primes, as FIPS 180-4 defines them.
  let candidate = 2;
  while (ROUND.length < 64) {
    let prime = true;
    for (let d = 2; d * d <= candidate; d += 1) if (candidate % d === 0) { prime = false; break; }
    if (prime) {
      if (START.length < 8) START.push((Math.pow(candidate, 1 / 2) * 4294967296) | 0);
      ROUND.push((Math.pow(candidate, 1 / 3) * 4294967296) | 0);
    }
    candidate += 1;
  }
})();

const rotate = (word, by) => (word >>> by) | (word << (32 - by));

// Offices often run over plain HTTP, where browsers offer no crypto.subtle.
export function sha256(text) {
  const bytes = new TextEncoder().encode(text);
  const length = bytes.length;
  const padded = new Uint8Array(((length + 9 + 63) >> 6) << 6);
  padded.set(bytes);
  padded[length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(length / 536870912));
  view.setUint32(padded.length - 4, (length << 3) >>> 0);
  const hash = START.slice();
  const words = new Int32Array(64);
  for (let block = 0; block < padded.length; block += 64) {
    for (let i = 0; i < 16; i += 1) words[i] = view.getInt32(block + i * 4);
    for (let i = 16; i < 64; i += 1) {
      const a = words[i - 15];
      const b = words[i - 2];
      const s0 = rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3);
      const s1 = rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10);
      words[i] = (words[i - 16] + s0 + words[i - 7] + s1) | 0;
    }
    let [a, b, c, d, e, f, g, h] = hash;
    for (let i = 0; i < 64; i += 1) {
      const t1 = (h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + ROUND[i] + words[i]) | 0;
      const t2 = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => { hash[i] = (hash[i] + word) | 0; });
  }
  return hash.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}

export function sheetDigest(sheet) {
  return sha256(canonical(sheet));
}
