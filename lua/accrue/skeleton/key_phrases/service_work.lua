-- A test in Lua: true or false, and for explanations the number that was measured, where there is one.
return accrue.key_phrase {
  title      = "The car was in for {work}",
  conditions = "service_visit",
  variables  = { work = accrue.var.choice { of = { "inspection", "tyres", "repair" } } },
  test       = function(visit, vars) return visit.work == vars.work end,
  examples   = { { vars = { work = "tyres" }, sentence = "The car was in for tyres" } },
}
