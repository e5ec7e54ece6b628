"""Settings (配置), all from the environment: embedded default, testing, production.

Production refuses to start on weak ground and says which; everything else has a default that works on one machine.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
PURPOSES = ("session", "result_mac", "audit_mac", "checkpoint", "receipt", "personal")


class BadConfiguration(RuntimeError):
    """The settings do not allow a safe start; the text says which one and what to do."""


@dataclass(frozen=True)
class Keys:
    """Secret keys (密钥), one per purpose, kept as files outside database and repository."""

    folder: Path
    values: Mapping[str, bytes] = field(repr=False)

    def __getitem__(self, purpose: str) -> bytes:
        return self.values[purpose]


def load_keys(folder: Path, *, create: bool) -> Keys:
    """Read the key files; in development make the missing ones, in production refuse a missing or readable one."""
    values: dict[str, bytes] = {}
    if create:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    for purpose in PURPOSES:
        path = folder / f"{purpose}.key"
        if not path.exists():
            if not create:
                raise BadConfiguration(f"缺少密钥文件 {path.name}：请运行 python3 run.py keys 生成后再启动。")
            _write_new(path, secrets.token_hex(32))
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise BadConfiguration(f"密钥文件 {path.name} 对其他用户可读：请把权限改为 600 后再启动。")
        text = path.read_text(encoding="ascii").strip()
        if len(text) < 64:
            raise BadConfiguration(f"密钥文件 {path.name} 过短：需要 64 位十六进制数。")
        values[purpose] = bytes.fromhex(text)
    return Keys(folder, values)


def _write_new(path: Path, text: str) -> None:
    """Two workers may start at once: the first to create the file wins and the other reads it."""
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    temporary.write_text(text, encoding="ascii")
    temporary.chmod(0o600)
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()


def database_url(data: Path, environment: Mapping[str, str]) -> str:
    """`DATABASE_URL`, with the driver named; the default is the embedded file."""
    url = environment.get("DATABASE_URL", "").strip()
    if not url:
        return f"sqlite:///{data / 'lawedu.sqlite3'}"
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url[len(prefix) :]
    return url


def chosen(environment: Mapping[str, str], name: str, values: tuple[str, ...]) -> str:
    """A setting with a few values, the first of which is the default. Raises BadConfiguration."""
    value = environment.get(name, "").strip() or values[0]
    if value not in values:
        raise BadConfiguration(f"{name} 只能是 {' 或 '.join(sorted(values))}。")
    return value


def settings(environment: Mapping[str, str] | None = None, **changes: Any) -> dict[str, Any]:
    """All settings as a mapping for Flask. Raises BadConfiguration with a Chinese sentence."""
    environment = os.environ if environment is None else environment
    mode = environment.get("LAWEDU_ENV", "development")
    if mode not in ("development", "testing", "production"):
        raise BadConfiguration("LAWEDU_ENV 只能是 development、testing 或 production。")
    production = mode == "production"
    limits = chosen(environment, "LAWEDU_RATE_LIMITS", ("on", "off"))
    if production and limits == "off":
        raise BadConfiguration("正式环境不允许关闭访问频率限制：请去掉 LAWEDU_RATE_LIMITS=off。")
    factor = chosen(environment, "LAWEDU_SECOND_FACTOR", ("on", "off") if production else ("off", "on"))
    if production and factor == "off":
        raise BadConfiguration("正式环境不允许关闭动态验证码：请去掉 LAWEDU_SECOND_FACTOR=off。")
    if production and environment.get("FLASK_DEBUG", "0") not in ("", "0"):
        raise BadConfiguration("正式环境不允许打开调试：请去掉 FLASK_DEBUG。")
    data = Path(changes.get("LAWEDU_DATA") or environment.get("LAWEDU_DATA") or ROOT / "instance").resolve()
    keys = load_keys(data / "keys", create=not production)
    values: dict[str, Any] = {
        "ENVIRONMENT": mode,
        "PRODUCTION": production,
        "TESTING": mode == "testing",
        "LAWEDU_DATA": data,
        "KEYS": keys,
        "SECRET_KEY": keys["session"],
        "SQLALCHEMY_DATABASE_URI": database_url(data, environment),
        "RATE_LIMITS": limits == "on",
        "TRUSTED_PROXY": environment.get("LAWEDU_TRUSTED_PROXY", ""),
        "SECOND_FACTOR": factor == "on",
        "PASSWORD_POLICY": chosen(environment, "LAWEDU_PASSWORD_POLICY", ("gb", "asvs")),
        "SITE_NAME": "法治高新大讲堂",
        "SITE_SUBTITLE": "枣庄高新区国家工作人员学法用法平台",
        "QUESTION_BANK": ROOT / "question_bank",
        "SESSION_COOKIE_NAME": "__Host-session" if production else "session",
        "SESSION_COOKIE_SECURE": production,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        # The cookie ends with the session (SESSION_ABSOLUTE after sign-in): no answer needs to sign it anew.
        "SESSION_REFRESH_EACH_REQUEST": False,
        "SESSION_IDLE": timedelta(minutes=30),
        "SESSION_ABSOLUTE": timedelta(hours=12),
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_I18N_ENABLED": False,
        "MAX_CONTENT_LENGTH": 20 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 4 * 1024 * 1024,
        "MAX_FORM_PARTS": 5000,
        "ARGON2": {"memory_cost": 19456, "time_cost": 2, "parallelism": 1},
    }
    values.update(changes)
    return values
