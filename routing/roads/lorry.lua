-- A collection lorry, on top of OSRM's own car.lua: what differs from a car, and nothing else.
-- VEHICLE (metres, kilograms) is set by the few lines that Brimful writes in front of this file
-- (routing/roads/profile.py). The speeds are assumptions, see docs/roads.md.

local car = require('car')

local function setup()
  local profile = car.setup()

  -- Ways that are too low, narrow, short or weak are closed (way_handlers.lua of OSRM).
  profile.vehicle_height = VEHICLE.height_m
  profile.vehicle_width = VEHICLE.width_m
  profile.vehicle_length = VEHICLE.length_m
  profile.vehicle_weight = VEHICLE.weight_kg

  -- The law sees a goods vehicle and no motor car: hgv=no counts, motorcar=no does not.
  profile.access_tags_hierarchy = Sequence { 'hgv', 'motor_vehicle', 'vehicle', 'access' }
  profile.restrictions = Sequence { 'hgv', 'motor_vehicle', 'vehicle' }
  profile.access_tag_whitelist['hgv'] = true
  profile.access_tag_whitelist['local'] = true

  -- Whoever empties the bins may enter where only residents, customers and deliveries may: car.lua
  -- keeps such streets to the ends of a way already. A private yard may hold bins as well.
  profile.service_access_tag_blacklist = Set {}

  -- Nobody asks for ways without tolls or motorways; each such wish would be contracted apart.
  profile.excludable = Sequence {}

  -- A full lorry accelerates slowly, turns slowly, and turns round in three goes.
  profile.vehicle_max_speed = 80
  profile.speed_reduction = 0.7
  profile.turn_penalty = 10
  profile.properties.u_turn_penalty = 60
  local speeds = profile.speeds.highway
  speeds.motorway = 75
  speeds.trunk = 65
  speeds.primary = 50
  speeds.secondary = 42
  speeds.tertiary = 34
  speeds.unclassified = 24
  speeds.residential = 20
  speeds.living_street = 8
  speeds.service = 12
  return profile
end

return {
  setup = setup,
  process_way = car.process_way,
  process_node = car.process_node,
  process_turn = car.process_turn,
}
