"""What can be chosen of configurable products."""

from addons.crm_product.models import ConfigOption, ConfigRule, ConfigValue
from core.api import FormView, ListView, _, group, lines


class ConfigOptionList(ListView[ConfigOption]):
    columns = [ConfigOption.product, ConfigOption.name, ConfigOption.is_required, ConfigOption.sequence]
    order = "sequence"
    filters = [ConfigOption.product]
    groups = [ConfigOption.product]


class ConfigOptionForm(FormView[ConfigOption]):
    layout = [
        group(_("Option of a product"), ConfigOption.name, ConfigOption.product, ConfigOption.is_required,
              ConfigOption.sequence),
        lines(ConfigOption.values,
              columns=[ConfigValue.name, ConfigValue.code, ConfigValue.surcharge, ConfigValue.is_default]),
    ]  # fmt: skip


class ConfigValueList(ListView[ConfigValue]):
    columns = [
        ConfigValue.option,
        ConfigValue.name,
        ConfigValue.code,
        ConfigValue.surcharge,
        ConfigValue.is_default,
    ]
    order = "sequence"
    filters = [ConfigValue.option]
    groups = [ConfigValue.option]


class ConfigValueForm(FormView[ConfigValue]):
    layout = [
        group(_("Choice of an option"), ConfigValue.name, ConfigValue.option, ConfigValue.code, ConfigValue.surcharge,
              ConfigValue.is_default, ConfigValue.sequence),
    ]  # fmt: skip


class ConfigRuleList(ListView[ConfigRule]):
    columns = [ConfigRule.product, ConfigRule.value, ConfigRule.kind, ConfigRule.other]
    filters = [ConfigRule.product, ConfigRule.kind]
    groups = [ConfigRule.product]


class ConfigRuleForm(FormView[ConfigRule]):
    layout = [
        group(_("Rule of a configuration"), ConfigRule.product, ConfigRule.value, ConfigRule.kind, ConfigRule.other),
    ]  # fmt: skip
