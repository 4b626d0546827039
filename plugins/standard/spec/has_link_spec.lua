local test = require "accrue.test"

describe("key phrase has_link", function()
  local program = { links = { referrer = {}, friend = { max = 3 } } }
  local has_link = test.load("key_phrases/has_link.lua", nil, { program = program })

  it("says who is linked", function()
    assert.same({ true, 2 }, { has_link:test({ links = { friend = 2 } }, { link = "friend" }) })
    assert.is_false(has_link:test({ links = { friend = 2 } }, { link = "referrer" }))
    assert.is_true(has_link:test({ links = {} }, { link = "referrer", is = false }))
  end)

  it("refuses a link that the program does not have", function()
    assert.matches("did you mean `referrer`", has_link:faults { link = "refferer" })
  end)

  it("follows joins and updates", function()
    local club = test.rules { links = program.links, purchase = { { when = { all = { { key_phrase = "make_a_purchase" },
      { key_phrase = "has_link", link = "referrer" } } } } } }
    club:apply { type = "member.join", member = "m-1", data = { links = { referrer = "m-7" } } }
    club:purchase("m-1", "5.00")
    club:purchase("m-2", "5.00")
    assert.equal(1, club:balance("m-1"))
    assert.equal(0, club:balance("m-2"))
    assert.same({ referrer = { "m-7" } }, club:member("m-1").links)
    club:apply { type = "member.update", member = "m-1", data = { links = { referrer = test.json.list() } } }
    club:purchase("m-1", "5.00")
    assert.equal(1, club:balance("m-1"))
  end)
end)
