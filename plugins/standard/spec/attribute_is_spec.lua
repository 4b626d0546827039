local test = require "accrue.test"

describe("key phrase attribute_is", function()
  local attribute_is = test.load("key_phrases/attribute_is.lua")
  local member = { attributes = { city = "Leeds", children = "3", blank = " " } }

  it("compares texts for equality and numbers by size", function()
    assert.is_true(attribute_is:test(member, { key = "city", value = "Leeds" }))
    assert.is_false(attribute_is:test(member, { key = "city", value = "York" }))
    assert.is_true(attribute_is:test(member, { key = "children", operator = ">=", value = "2.5" }))
    assert.is_false(attribute_is:test(member, { key = "children", operator = "<", value = "3" }))
  end)

  it("fails when the attribute is missing or blank", function()
    assert.is_false(attribute_is:test(member, { key = "pets", operator = "<", value = "3" }))
    assert.is_false(attribute_is:test(member, { key = "blank", value = " " }))
  end)

  it("reads numbers and truths as they were sent", function()
    local club = test.rules { purchase = {
      { when = { all = { { key_phrase = "make_a_purchase" }, { key_phrase = "attribute_is", key = "staff", value = "true" } } } },
      { when = { all = { { key_phrase = "make_a_purchase" }, { key_phrase = "attribute_is", key = "shoe", value = "42" } } } } } }
    club:apply { type = "member.join", member = "m-1", data = { attributes = { staff = true, shoe = 42 } } }
    club:purchase("m-1", "5.00")
    assert.equal(2, club:balance("m-1"))
  end)
end)
