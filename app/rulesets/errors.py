"""Rules of rule sets that a request can break."""

from app.core.errors import AppError


class RuleSetCodeTaken(AppError):
    """Another rule set of the tree has this code."""

    code = "rule_set_code_taken"
    title = "规则集代码重复"


class RuleSetRetired(AppError):
    """A retired rule set is not edited."""

    code = "rule_set_retired"
    title = "规则集已停用"

    def __init__(self, detail: str = "规则集已停用，请先恢复为备用再修改。") -> None:
        super().__init__(detail)


class DependentsBroken(AppError):
    """Rule sets that build on this one would no longer hold together."""

    code = "rule_set_dependents_broken"
    title = "以它为基础的规则集将无法成立"
