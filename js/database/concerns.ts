/** How fresh and how safe what is read is (MongoDB manual, "Read Concern"). */
export type ReadConcernLevel = 'local' | 'available' | 'majority' | 'linearizable' | 'snapshot'

/** Which members of a replica set answer (MongoDB manual, "Read Preference"). */
export type ReadPreferenceMode =
  | 'primary'
  | 'primaryPreferred'
  | 'secondary'
  | 'secondaryPreferred'
  | 'nearest'
