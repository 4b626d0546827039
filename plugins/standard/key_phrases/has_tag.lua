-- A tag that has a term counts one while it is kept. Not having it: `= 0`.
return accrue.key_phrase {
  title      = "Tag {tag} counts {operator} {count}",
  conditions = "profile",
  variables  = {
    tag      = accrue.var.tag(),
    operator = accrue.var.operator { of = "count" },
    count    = accrue.var.integer { default = 1, min = 0 },
  },
  value      = function(member, vars) return member.tags[vars.tag] or 0 end,
  examples   = {
    { vars = { tag = "big_spender" }, sentence = "Tag big_spender counts at least 1" },
    { vars = { tag = "late", operator = "<", count = 3 }, sentence = "Tag late counts less than 3" },
  },
}
