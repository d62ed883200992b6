/** What rows say of how many others refer to them, and how many there are: by the npm driver. */
import type { Db } from 'mongodb'

export interface Counts {
  readonly stored: Readonly<Record<string, number>>
  readonly real: Readonly<Record<string, number>>
}

export async function counted(
  db: Db,
  { rows, field, of, foreign }: { rows: string; field: string; of: string; foreign: string },
): Promise<Counts> {
  const referring = await db.collection(of).find().toArray()
  const stored: Record<string, number> = {}
  const real: Record<string, number> = {}
  for (const row of await db.collection(rows).find().sort({ _id: 1 }).toArray()) {
    const id = String(row._id)
    stored[id] = row[field] ?? 0
    real[id] = referring.filter((one) => String(one[foreign]) === id).length
  }
  return { stored, real }
}
