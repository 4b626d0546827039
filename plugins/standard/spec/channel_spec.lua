local test = require "accrue.test"

describe("constraint channel", function()
  local channel = test.load("constraints/channel.lua")

  local function at(name) return { total = "5.00", channel = name } end

  it("includes", function()
    assert.is_true(channel:accepts(at "A", { include = { "A", "B" } }))
    assert.is_false(channel:accepts(at "C", { include = { "A", "B" } }))
  end)

  it("excludes", function()
    assert.is_false(channel:accepts(at "A", { exclude = { "A" } }))
    assert.is_true(channel:accepts(at "B", { exclude = { "A" } }))
  end)

  it("takes both lists: in include and not in exclude", function()
    local vars = { include = { "A", "B" }, exclude = { "B" } }
    assert.is_true(channel:accepts(at "A", vars))
    assert.is_false(channel:accepts(at "B", vars))
    assert.is_false(channel:accepts(at "C", vars))
  end)

  it("fails an include and passes an exclude where the purchase names no channel", function()
    assert.is_false(channel:accepts({ total = "5.00" }, { include = { "A" } }))
    assert.is_true(channel:accepts({ total = "5.00" }, { exclude = { "A" } }))
  end)

  it("reads the channel of other events from their data", function()
    local join = { type = "member.join", data = { channel = "A" } }
    assert.is_true(channel:accepts(join, { include = { "A" } }))
    assert.is_false(channel:accepts(join, { exclude = { "A" } }))
    assert.is_false(channel:accepts({ type = "member.join", data = {} }, { include = { "A" } }))
  end)

  it("refuses no list at all", function()
    assert.matches("needs include or exclude", channel:faults {})
  end)
end)
