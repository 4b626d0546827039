-- The commands of plugin authors. Each is a module here that returns { help = text, run = function(words) -> exit code }.
local complaint = require "accrue.workshop.complaint"

local FAILED <const> = 2

return function(name, words)
  local command = require("accrue.workshop." .. name)
  for _, word in ipairs(words) do
    if word == "--" then break end
    if (word == "--help" or word == "-h") and not command.passes_help then
      io.stdout:write(command.help)
      return 0
    end
  end
  local good, result = xpcall(command.run, function(problem)
    return complaint.is(problem) and problem or debug.traceback(tostring(problem), 2)
  end, words)
  if good then return result or 0 end
  io.stderr:write("accrue ", name, ": ", complaint.is(result) and result.message or result, "\n")
  return complaint.is(result) and result.code or FAILED
end
