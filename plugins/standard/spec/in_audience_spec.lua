local test = require "accrue.test"

describe("key phrase in_audience", function()
  local in_audience = test.load("key_phrases/in_audience.lua")
  local staff, nobody = { audiences = { "staff" } }, { audiences = {} }

  it("says who is in", function()
    assert.is_true(in_audience:test(staff, { audience = "staff" }))
    assert.is_false(in_audience:test(nobody, { audience = "staff" }))
    assert.is_false(in_audience:test(staff, { audience = "frequent" }))
  end)

  it("says who is not", function()
    assert.is_false(in_audience:test(staff, { audience = "staff", is = false }))
    assert.is_true(in_audience:test(nobody, { audience = "staff", is = false }))
  end)

  it("refuses an audience that the program does not have", function()
    assert.matches("stuff", in_audience:faults { audience = "stuff" })
  end)

  it("follows the member in and out", function()
    local shop = test.rules { purchase = { { when = { all = { { key_phrase = "make_a_purchase" },
      { key_phrase = "in_audience", audience = "staff" } } } } } }
    shop:purchase("m-1", "5.00")
    assert.equal(0, shop:balance("m-1", "points"))
    shop:apply { type = "audience.enter", member = "m-1", data = { audience = "staff" } }
    shop:purchase("m-1", "5.00")
    assert.equal(1, shop:balance("m-1", "points"))
    shop:apply { type = "audience.leave", member = "m-1", data = { audience = "staff" } }
    shop:purchase("m-1", "5.00")
    assert.equal(1, shop:balance("m-1", "points"))
  end)
end)
