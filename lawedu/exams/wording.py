"""Words of setting up exams (考试用语)."""

from lawedu.core.exam import ExamKind, ExamState, WindowKind
from lawedu.core.papers import FormMode
from lawedu.core.scoring import MultipleRule
from lawedu.exams.readiness import Gap, StepName
from lawedu.wording import register

register(
    {
        ExamKind.ANNUAL: "年度普法考试",
        ExamKind.PRE_APPOINTMENT: "任前考法",
        ExamKind.QUALIFICATION: "执法资格考试",
        ExamState.DRAFT: "草稿",
        ExamState.PUBLISHED: "已发布",
        ExamState.RELEASED: "已公布",
        ExamState.CANCELLED: "已取消",
        WindowKind.MAIN: "首考",
        WindowKind.RESIT: "补考",
        FormMode.FIXED: "一份试卷，所有人相同",
        FormMode.BALANCED: "几份平行卷，难度相同",
        FormMode.INDIVIDUAL: "每人一份，难度相同",
        MultipleRule.ALL_OR_NOTHING: "少选、多选、错选均不得分",
        MultipleRule.PARTIAL_PER_OPTION: "少选按比例得分，有错选不得分",
        StepName.SETTINGS: "设置",
        StepName.WINDOWS: "时段",
        StepName.PLAN: "组卷方案",
        StepName.AUDIENCE: "应考范围",
        StepName.ROSTER: "名单核对",
        StepName.PREVIEW: "预览",
        StepName.PUBLISH: "发布",
        StepName.MONITOR: "监控",
        StepName.RELEASE: "公布",
        Gap.NO_MAIN: "还没有首考时段。",
        Gap.OVER: "首考时段已经过去，请改为今后的时间。",
        Gap.TOO_SHORT: "有的时段比考试时长还短。",
        Gap.NO_PLAN: "组卷方案还没有内容。",
        Gap.CANNOT_FILL: "题库里的题不够：",
        Gap.POINTS_DIFFER: "组卷方案的总分与卷面总分不一致。",
        Gap.NO_CANDIDATES: "应考名单里还没有人员。",
        Gap.ROSTER_OPEN: "名单核对还没有完成，名单尚未锁定。",
    }
)
