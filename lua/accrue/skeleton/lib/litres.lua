-- Helpers of this template's own files: `require "litres"`. What a file returns is read-only once it is loaded.
local litres = {}

-- Of the lines that count, in hundredths.
function litres.of(purchase) return purchase:sum("context.litres") end

return litres
