"""Units of the made-up zone (演示单位). Every name is invented."""

from __future__ import annotations

from sqlalchemy import insert, select, update

from lawedu.db import db
from lawedu.people.models import Unit, UnitKind

ZONE = "演示高新区"
OFFICES = (
    ("党政办公室", "党政办"),
    ("组织人事部", "组织部"),
    ("政法和普法工作办公室", "普法办"),
    ("保密工作办公室", "保密办"),
    ("财政金融局", "财政局"),
    ("经济发展局", "经发局"),
    ("科技创新局", "科创局"),
    ("应急管理局", "应急局"),
    ("综合行政执法局", "执法局"),
    ("行政审批服务局", "审批局"),
    ("社会事务局", "社事局"),
    ("建设与规划局", "建规局"),
)
DUAL = (
    ("市场监督管理分局", "市监分局"),
    ("自然资源分局", "资规分局"),
    ("生态环境分局", "环境分局"),
    ("税务分局", "税务分局"),
)
COMPANIES = (
    ("城市建设运营集团有限公司", "城建集团"),
    ("产业投资集团有限公司", "产投集团"),
    ("公用事业发展有限公司", "公用公司"),
)
SUBDISTRICTS = (
    ("澄溪街道", ("柳岸社区", "桐荫社区", "石桥社区", "东泉村", "西泉村", "白鹭村", "槐林村")),
    ("望岳街道", ("望岳社区", "杏园社区", "松坪村", "南坡村", "北坡村", "云岭村")),
    ("锦屏街道", ("锦屏社区", "荷塘社区", "梅溪村", "竹坞村", "远山村", "平川村")),
)


def make_units() -> dict[str, Unit]:
    """Insert the whole tree in the customary order; returns the units by name."""
    zone = _add(None, [(ZONE, "", UnitKind.ZONE)])[0]
    top = [(name, short, UnitKind.INTERNAL_OFFICE) for name, short in OFFICES]
    top += [(name, short, UnitKind.DUAL_MANAGED) for name, short in DUAL]
    top += [(name, short, UnitKind.GROUP_COMPANY) for name, short in COMPANIES]
    top += [(name, "", UnitKind.SUBDISTRICT) for name, _ in SUBDISTRICTS]
    units = {unit.name: unit for unit in _add(zone, top)}
    for name, villages in SUBDISTRICTS:
        for village in _add(units[name], [(v, "", UnitKind.VILLAGE) for v in villages]):
            units[village.name] = village
    return {ZONE: zone, **units}


def _add(parent: Unit | None, rows: list[tuple[str, str, UnitKind]]) -> list[Unit]:
    parent_id = parent.id if parent else None
    db.session.execute(
        insert(Unit),
        [
            {
                "parent_id": parent_id,
                "name": name,
                "short_name": short,
                "kind": kind,
                "sort_order": number,
                "path": "",
                "sort_path": "",
            }
            for number, (name, short, kind) in enumerate(rows, 1)
        ],
    )
    above, order = (parent.path, parent.sort_path) if parent else ("/", "")
    found = db.session.scalars(
        select(Unit).where(Unit.parent_id.is_(parent_id) if parent is None else Unit.parent_id == parent_id)
    ).all()
    for unit in found:
        path, sort_path = f"{above}{unit.id}/", f"{order}{unit.sort_order:06d}/"
        db.session.execute(update(Unit).where(Unit.id == unit.id).values(path=path, sort_path=sort_path))
    db.session.flush()
    for unit in found:
        db.session.refresh(unit)
    return sorted(found, key=lambda unit: unit.sort_order)
