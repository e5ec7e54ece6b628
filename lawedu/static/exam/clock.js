// Remaining time: the server's deadline against the server's clock at the last reply, carried on by the monotonic clock.
// The computer's own clock and time zone do not matter.

const BEIJING = 8 * 3600 * 1000;
const SLEPT = 5000;

export class ExamClock {
  constructor(serverNow, deadline) {
    this.wall = Date.now();
    this.steady = performance.now();
    this.sync(serverNow, deadline);
  }

  sync(serverNow, deadline) {
    this.base = Date.parse(serverNow) - performance.now();
    this.deadline = Date.parse(deadline);
  }

  now() { return this.base + performance.now(); }

  left() { return Math.max(0, this.deadline - this.now()); }

  // HH:MM:SS in Beijing, of a server time or of now.
  words(moment) {
    const at = new Date((moment ? Date.parse(moment) : this.now()) + BEIJING);
    return at.toISOString().slice(11, 19);
  }

  // 1:05:09 or 42:16
  remaining() {
    const seconds = Math.ceil(this.left() / 1000);
    const two = (n) => String(n).padStart(2, "0");
    const hours = Math.floor(seconds / 3600);
    const rest = `${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
    return hours ? `${hours}:${rest}` : rest;
  }

  // Some machines stop the monotonic clock while they sleep: whether it and the wall clock have parted since the last call.
  hasSlept() {
    const wall = Date.now();
    const steady = performance.now();
    const parted = Math.abs((wall - this.wall) - (steady - this.steady)) > SLEPT;
    this.wall = wall;
    this.steady = steady;
    return parted;
  }
}
