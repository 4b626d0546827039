return accrue.key_phrase {
  title      = "Member has {is|a|no} {link}",
  conditions = "profile",
  variables  = {
    link = accrue.var.link(),
    is   = accrue.var.boolean { default = true, help = "false = the member has none" },
  },
  test       = function(member, vars)
    local count = member.links[vars.link] or 0
    return (count > 0) == vars.is, count
  end,
  examples   = { { vars = { link = "referrer" }, sentence = "Member has a referrer" } },
}
