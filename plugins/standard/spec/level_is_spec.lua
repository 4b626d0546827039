local test = require "accrue.test"

describe("key phrase level_is", function()
  local level_is = test.load("key_phrases/level_is.lua")
  local member, gold, none = { level = "Member" }, { level = "Gold" }, { audiences = {} }

  it("compares names by default", function()
    assert.is_true(level_is:test(gold, { level = "Gold" }))
    assert.is_false(level_is:test(member, { level = "Gold" }))
  end)

  it("knows the order of levels", function()
    assert.is_true(level_is:test(gold, { level = "Member", operator = ">=" }))
    assert.is_true(level_is:test(gold, { level = "Member", operator = "more than" }))
    assert.is_false(level_is:test(member, { level = "Gold", operator = ">=" }))
    assert.is_true(level_is:test(member, { level = "Gold", operator = "<" }))
    assert.is_true(level_is:test(member, { level = "Member", operator = "<=" }))
  end)

  it("puts a member without level below all", function()
    assert.is_false(level_is:test(none, { level = "Member", operator = ">=" }))
    assert.is_true(level_is:test(none, { level = "Member", operator = "<" }))
  end)

  it("refuses a level that the program does not have", function()
    assert.matches("did you mean `Gold`", level_is:faults { level = "Golt" })
  end)
end)
