// Contract, to be filled in by the core room:
//   resolve(configuration, length, stepsPerEpoch): ResolvedGroup[]   defaults and schedules filled in, per group
//   class/function Trainer: one replicate, advanced a step at a time; used by labs, by the replay of trajectories and by tests.
