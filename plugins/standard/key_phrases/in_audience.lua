return accrue.key_phrase {
  title      = "Being in audience {audience} is {is}",
  conditions = "audience",
  variables  = {
    audience = accrue.var.audience(),
    is       = accrue.var.boolean { default = true, help = "false = the member is not in it" },
  },
  test       = function(member, vars) return member.audiences[vars.audience] == vars.is end,
  examples   = { { vars = { audience = "staff" }, sentence = "Being in audience staff is true" } },
}
