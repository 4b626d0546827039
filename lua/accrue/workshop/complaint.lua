-- What a command tells its user and ends with: an error that is no bug.
local complaint = {}

local kind = {}

function complaint.is(problem) return getmetatable(problem) == kind end

-- Raises; the exit code is 2 (could not) unless another one is given.
function complaint.raise(message, code) error(setmetatable({ message = message, code = code or 2 }, kind), 0) end

return complaint
