return accrue.outcome {
  title     = "[Move to level {level} of program {program}|Move to level {level}|Leave program {program}|Leave the program]",
  variables = {
    program = accrue.var.program { optional = true, help = "default: the rule's own" },
    level   = accrue.var.level { optional = true },
    leave   = accrue.var.boolean { default = false, help = "true = out of every level" },
  },
  check     = function(vars)
    if vars.leave and vars.level then error("tier_change takes level or leave, not both", 0) end
    if not vars.leave and not vars.level then error("tier_change needs level, or leave", 0) end
  end,
  effects   = function(_, vars)
    if vars.leave then return { accrue.effect.leave { program = vars.program } } end
    return { accrue.effect.change_level { program = vars.program, level = vars.level } }
  end,
  examples  = { { vars = { level = "Gold" }, sentence = "Move to level Gold" } },
}
