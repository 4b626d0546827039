-- accrue test: busted on the core in this process, then what of the template's components the specs reached, and the slowest ones.
local complaint = require "accrue.workshop.complaint"
local core = require "accrue.core"
local coverage = require "accrue.workshop.coverage"
local files = require "accrue.workshop.files"

local test = { passes_help = true }

test.help = [[
usage: accrue test DIR [options] [busted options]

Runs the specs of the rules template DIR on the real core, in this process, with all of busted's options (as --filter, --tags, -o TAP,
--shuffle, --repeat, --list; accrue test DIR --busted-help lists them). The template's .busted is read. Then shows which ways the specs
made each component go - conditions true and false, constraints in and out, outcomes something and nothing - and the slowest specs.
Exit 0 when all specs pass, 1 when one fails. `lua5.4 /usr/bin/busted` runs the same specs.

  --missing        of the components only those that were not reached both ways
  --require-all    exit 1 when a component was not reached both ways
  --slowest N      how many of the slowest specs are shown (3)
  --quiet          neither

example:
  accrue test examples/coffee-club --filter litres
]]

local own <const> = { ["--missing"] = "flag", ["--require-all"] = "flag", ["--slowest"] = "text", ["--quiet"] = "flag",
  ["--busted-help"] = "flag" }

-- Our options, taken out of the words that busted gets.
local function split(words)
  local options, rest, at = {}, {}, 1
  while words[at] do
    local name, value = string.match(words[at], "^(%-%-[%w-]+)=?(.*)$")
    if own[name] == "flag" then
      options[name] = true
    elseif own[name] then
      if not string.find(words[at], "=", 1, true) then
        at = at + 1
        value = words[at]
      end
      options[name] = value or ""
    else
      rest[#rest + 1] = words[at]
    end
    at = at + 1
  end
  return options, rest
end

local function arguments(dir, rest)
  local made = { [0] = "accrue test", "-C", dir }
  if core.kind(dir .. "/.busted") ~= "file" then
    if core.kind(dir .. "/spec") ~= "directory" then complaint.raise(dir .. " has no specs: there is no " .. dir .. "/spec") end
    made[#made + 1] = "--pattern=_spec"
    made[#made + 1] = "spec"
  end
  for _, word in ipairs(rest) do made[#made + 1] = word end
  return made
end

-- With the names of the blocks around it.
local function full_name(busted, element)
  local name, around = element.name, busted.context.parent(element)
  while around and (around.name or around.descriptor) and around.descriptor ~= "file" do
    name = (around.name or around.descriptor) .. " " .. name
    around = busted.context.parent(around)
  end
  return name
end

-- busted's own object is made inside its runner: what it publishes is watched from there on.
local function watch(times)
  local make = require "busted.core"
  package.loaded["busted.core"] = function(...)
    local busted = make(...)
    busted.subscribe({ "test", "end" }, function(element)
      times[#times + 1] = { name = full_name(busted, element), seconds = element.duration or 0 }
      return nil, true
    end)
    return busted
  end
end

local function print_slowest(out, times, most)
  table.sort(times, function(a, b) return a.seconds > b.seconds end)
  if most == 0 or #times == 0 then return end
  out:write("\nslowest specs\n")
  for number = 1, math.min(most, #times) do
    out:write(string.format("  %7.1f ms  %s\n", times[number].seconds * 1000, times[number].name))
  end
end

local function machine_readable(rest)
  for _, word in ipairs(rest) do
    if string.match(word, "^%-o") or string.match(word, "^%-%-output") or word == "--list" or word == "-l" then return true end
  end
  return false
end

function test.run(words)
  local options, rest = split(words)
  local dir = rest[1] and string.sub(rest[1], 1, 1) ~= "-" and table.remove(rest, 1) or "."
  for _, word in ipairs(words) do
    if word == "--help" or word == "-h" then
      io.stdout:write(test.help)
      return 0
    end
  end
  if options["--busted-help"] then rest = { "--help" } end
  local most = math.tointeger(tonumber(options["--slowest"] or "3")) or complaint.raise("--slowest wants a number")
  _G.arg = arguments(files.template(dir), rest) -- busted reads its words there
  if not pcall(require, "busted.core") then complaint.raise("busted is not installed; Debian's package is lua-busted") end
  local times, code = {}, nil
  local out = machine_readable(rest) and io.stderr or io.stdout
  local full = core.path(dir)
  local function finish(result)
    if code then return code end
    code = result
    if options["--quiet"] or options["--busted-help"] or #times == 0 then return code end
    local complete = coverage.print(out, full, options["--missing"])
    print_slowest(out, times, most)
    if options["--require-all"] and not complete and code == 0 then code = 1 end
    return code
  end
  watch(times)
  core.watch(true)
  -- A run with failures ends in os.exit.
  local exit = os.exit
  os.exit = function(result, ...) -- luacheck: ignore 122
    local number = result == nil and 0 or type(result) == "boolean" and (result and 0 or 1) or result
    exit(finish(number), ...)
  end
  assert(load("require 'busted.runner' { standalone = false }", "@accrue test"))()
  os.exit = exit -- luacheck: ignore 122
  return finish(0)
end

return test
