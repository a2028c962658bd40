def test_the_small_organisation_can_be_built(northmoor):
    assert northmoor.pair.is_running
