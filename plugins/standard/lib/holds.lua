-- holds(operator, a, b): a compared with b as the operator says; numbers, texts that sort, or times.
local compare = {
  [">="] = function(a, b) return a >= b end,
  [">"]  = function(a, b) return a > b end,
  ["="]  = function(a, b) return a == b end,
  ["<="] = function(a, b) return a <= b end,
  ["<"]  = function(a, b) return a < b end,
}

return function(operator, a, b) return compare[operator](a, b) end
