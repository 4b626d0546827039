local yearly = require "yearly"

return accrue.key_phrase {
  title      = "Years since joining are {operator} {years}",
  conditions = "profile",
  variables  = {
    operator = accrue.var.operator { of = "years" },
    years    = accrue.var.integer { min = 0 },
  },
  value      = function(member) return yearly.years(member.joined:date(), accrue.now()) end,
  examples   = { { vars = { years = 5 }, sentence = "Years since joining are at least 5" } },
}
