-- Words and options of a command line, in any order.
local complaint = require "accrue.workshop.complaint"
local near = require "accrue.workshop.near"

local function unknown(name, known, word)
  local names = {}
  for option in pairs(known) do names[#names + 1] = option end
  local nearest = near.of(word, names)
  complaint.raise(string.format("unknown option %s; %s", word,
    nearest and "did you mean " .. nearest .. "?" or "accrue " .. name .. " --help shows the options"))
end

-- read(name, words, known, least, most): the words, and the options by name. `known` maps an option to "flag" or "text".
return function(name, words, known, least, most)
  local given, options, at = {}, {}, 1
  while words[at] do
    local word = words[at]
    local option, value = string.match(word, "^(%-%-[%w-]+)=?(.*)$")
    if string.sub(word, 1, 1) ~= "-" or word == "-" then
      given[#given + 1] = word
    elseif not known[option or word] then
      unknown(name, known, option or word)
    elseif known[option] == "flag" then
      options[option] = true
    else
      if not string.find(word, "=", 1, true) then
        at = at + 1
        value = words[at] or complaint.raise(option .. " wants a value")
      end
      options[option] = value
    end
    at = at + 1
  end
  if #given < least then complaint.raise("something is missing; accrue " .. name .. " --help shows what is wanted") end
  if #given > most then complaint.raise("one word too many: '" .. given[most + 1] .. "'") end
  return given, options
end
