-- compare(actual, vars): the value of a context field against `operator` and `value` as a program gives them. Numbers compare
-- as numbers, other texts only for equality. A missing or blank value fails whatever the operator (domain C3).
--
-- A field that is declared as a decimal arrives as an integer without its scale, which the variable `decimals` tells.
local decimal = require "decimal"

local holds = {
  [">="] = function(order) return order >= 0 end,
  [">"]  = function(order) return order > 0 end,
  ["="]  = function(order) return order == 0 end,
  ["<="] = function(order) return order <= 0 end,
  ["<"]  = function(order) return order < 0 end,
}

return function(actual, vars)
  if actual == nil then return false end
  local text = math.type(actual) == "integer" and decimal.text(actual, vars.decimals) or tostring(actual)
  if accrue.text.trim(text) == "" then return false end
  local order = decimal.compare(text, vars.value)
  if order then return holds[vars.operator](order) end
  return vars.operator == "=" and text == vars.value
end
