return accrue.key_phrase {
  title      = "Having a {link} is {is}",
  conditions = "profile",
  variables  = {
    link = accrue.var.link(),
    is   = accrue.var.boolean { default = true, help = "false = the member has none" },
  },
  test       = function(member, vars)
    local count = member.links[vars.link] or 0
    return (count > 0) == vars.is, count
  end,
  examples   = { { vars = { link = "referrer" }, sentence = "Having a referrer is true" } },
}
