"""Words of the bank (题库用语)."""

from lawedu.core.questions import KIND_NAMES
from lawedu.questions.models import QuestionState
from lawedu.wording import register

register(KIND_NAMES)
register(
    {
        QuestionState.DRAFT: "草稿",
        QuestionState.SUBMITTED: "待审",
        QuestionState.PUBLISHED: "已入库",
        QuestionState.FLAGGED: "法律核对",
        QuestionState.RETIRED: "已停用",
    }
)
