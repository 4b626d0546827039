return accrue.key_phrase {
  title      = "Member is {is|in|not in} audience {audience}",
  conditions = "audience",
  variables  = {
    audience = accrue.var.audience(),
    is       = accrue.var.boolean { default = true, help = "false = the member is not in it" },
  },
  test       = function(member, vars) return member.audiences[vars.audience] == vars.is end,
  examples   = { { vars = { audience = "staff" }, sentence = "Member is in audience staff" } },
}
