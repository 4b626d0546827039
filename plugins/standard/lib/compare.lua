-- compare(actual, vars): a text against `operator` and `value` as a program gives them. Numbers compare as numbers, other texts
-- only for equality. A missing or blank text fails whatever the operator (domain C3).
local decimal = require "decimal"

local holds = {
  [">="] = function(order) return order >= 0 end,
  [">"]  = function(order) return order > 0 end,
  ["="]  = function(order) return order == 0 end,
  ["<="] = function(order) return order <= 0 end,
  ["<"]  = function(order) return order < 0 end,
}

return function(actual, vars)
  if actual == nil or accrue.text.trim(actual) == "" then return false end
  local order = decimal.compare(actual, vars.value)
  if order then return holds[vars.operator](order) end
  return vars.operator == "=" and actual == vars.value
end
