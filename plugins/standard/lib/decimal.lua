-- Decimals as texts, compared exactly: "10.50" equals "10.5", "9" is less than "10". No number of Lua's is involved, so
-- neither size nor scale matters.
local decimal = {}

local ZERO, NINE, DOT, MINUS = 48, 57, 46, 45

-- The parts of "-12.50": negative, "12", "5" (zeros that say nothing are cut); nil when the text is no decimal.
local function parts(text)
  local first, point, last = 1, nil, #text
  local negative = string.byte(text, 1) == MINUS
  if negative then first = 2 end
  for at = first, last do
    local byte = string.byte(text, at)
    if byte == DOT and not point then
      point = at
    elseif byte < ZERO or byte > NINE then
      return nil
    end
  end
  local whole_end = (point or last + 1) - 1
  if whole_end < first or point == last then return nil end
  while first < whole_end and string.byte(text, first) == ZERO do first = first + 1 end
  if point then
    while last > point and string.byte(text, last) == ZERO do last = last - 1 end
  end
  local whole, fraction = string.sub(text, first, whole_end), point and string.sub(text, point + 1, last) or ""
  if whole == "0" and fraction == "" then negative = false end
  return negative, whole, fraction
end

local function order(a, b)
  if a == b then return 0 end
  return a < b and -1 or 1
end

-- -1, 0 or 1 as a is less than, equal to or more than b; nil when one of them is no decimal.
function decimal.compare(a, b)
  local a_negative, a_whole, a_fraction = parts(a)
  local b_negative, b_whole, b_fraction = parts(b)
  if not a_whole or not b_whole then return nil end
  if a_negative ~= b_negative then return a_negative and -1 or 1 end
  local result = order(#a_whole, #b_whole)
  if result == 0 then result = order(a_whole, b_whole) end
  if result == 0 then result = order(a_fraction, b_fraction) end
  return a_negative and -result or result
end

-- 3050 in units of two decimals as "30.50".
function decimal.text(units, decimals)
  if decimals == 0 then return tostring(units) end
  local sign = units < 0 and "-" or ""
  local digits = tostring(math.abs(units))
  digits = string.rep("0", decimals + 1 - #digits) .. digits
  return sign .. string.sub(digits, 1, #digits - decimals) .. "." .. string.sub(digits, -decimals)
end

return decimal
