-- A purchase or event measured in a unit that a program names, in millionths: amounts, quantities and fields all have scales of
-- their own, and six decimals hold them; what a field has beyond is cut.
local PLACES <const> = 6

local measure = { scale = PLACES }

-- `spend`, `items` or the name of a context field: summed over the lines that count where a line carries it, else the fact's own.
-- Only purchases have spend and items; nil for other facts, and where there is no number.
function measure.of(fact, unit)
  local purchase = fact.type == "purchase"
  if unit == "spend" then return purchase and accrue.number(fact, "amount", PLACES) or nil end
  if unit == "items" then return purchase and accrue.number(fact, "items.quantity", PLACES) or nil end
  local lines = purchase and accrue.number(fact, "items.context." .. unit, PLACES)
  return lines or accrue.number(fact, "context." .. unit, PLACES)
end

return measure
