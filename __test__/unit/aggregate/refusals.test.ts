import { describe, expect, it } from 'vitest'
import { expr } from '../../../js/query/aggregate/index.ts'
import { Post, pipeline, stages, thrown, untyped } from './helpers.ts'

// biome-ignore lint/suspicious/noExplicitAny: calls that the types refuse
type Loose = any
type Case = [name: string, run: (p: Loose) => unknown, message: string]

function refused(cases: Case[], code = 'E_INVALID_QUERY'): void {
  it.each(cases)('%s', (_, run, message) => {
    const error = thrown(() => run(untyped()))
    expect(error.message).toContain(message)
    expect(error.message).toMatch(/^User: /)
    expect(error).toMatchObject({ code, model: 'User', operation: 'aggregate' })
  })
}

const e: Loose = expr

describe('names that stages give', () => {
  const NAMES: [name: string, reason: string][] = [
    ['', 'must not be empty'],
    ['$gt', 'must not start with $'],
    ['a\0b', 'must not contain NUL'],
    ['__proto__', 'no field can have that name'],
    ['a.b', 'a dot would nest it; write "a_b"'],
  ]
  const PLACES: [place: string, run: (p: Loose, name: string) => unknown][] = [
    ['project', (p, name) => p.project(own(name, expr.now()))],
    ['group', (p, name) => p.group(own('by', null, own(name, expr.count())))],
    ['addFields', (p, name) => p.addFields(own(name, 1))],
    [
      'bucket',
      (p, name) => p.bucket({ by: 'age', boundaries: [0, 1], output: own(name, expr.count()) }),
    ],
    [
      'bucketAuto',
      (p, name) => p.bucketAuto({ by: 'age', buckets: 1, output: own(name, expr.count()) }),
    ],
    ['count', (p, name) => p.count(name)],
    ['dateBucket as', (p, name) => p.dateBucket('createdAt', 'day', { as: name })],
    [
      'dateBucket fields',
      (p, name) => p.dateBucket('createdAt', 'day', { fields: own(name, expr.count()) }),
    ],
    ['facet', (p, name) => p.facet(own(name, (inner: Loose) => inner))],
    [
      'lookup',
      (p, name) => p.lookup({ from: Post, localField: 'id', foreignField: 'userId', as: name }),
    ],
    [
      'graphLookup',
      (p, name) =>
        p.graphLookup({
          from: Post,
          startWith: 'id',
          connectFromField: 'id',
          connectToField: 'id',
          as: name,
        }),
    ],
    [
      'graphLookup depth',
      (p, name) =>
        p.graphLookup({
          from: Post,
          startWith: 'id',
          connectFromField: 'id',
          connectToField: 'id',
          as: 'x',
          depthField: name,
        }),
    ],
    ['setWindowFields', (p, name) => p.setWindowFields({ output: own(name, expr.count()) })],
    ['geoNear', (p, name) => p.geoNear({ near: [0, 0], distanceField: name })],
    [
      'geoNear place',
      (p, name) => p.geoNear({ near: [0, 0], distanceField: 'x', includeLocs: name }),
    ],
    ['unwind', (p, name) => p.unwind('tags', { includeArrayIndex: name })],
    ['documents', (p, name) => p.documents([own(name, 1)])],
  ]
  const CASES = PLACES.flatMap(([place, run]) =>
    NAMES.map(([name, reason]): [string, string, typeof run, string] => [place, name, run, reason]),
  )
  it.each(CASES)('%s: %j', (place, name, run, reason) => {
    // A path into a field is fine for addFields, when there is such a field.
    if (place === 'addFields' && name === 'a.b') return
    const error = thrown(() => run(untyped(), name))
    expect(error.code).toBe('E_INVALID_QUERY')
    expect(error.message).toContain(reason)
  })

  it('addFields: paths into fields that there are', () => {
    expect(thrown(() => untyped().addFields({ 'a.b': 1 })).code).toBe('E_UNKNOWN_COLUMN')
    expect(stages(untyped().addFields({ 'address.b': 1 }))).toEqual([
      { $addFields: { 'addr.b': 1 } },
    ])
  })

  it.each(NAMES)('in documents of expressions: %j', (name) => {
    const error = thrown(() => untyped().addFields({ x: own(name, expr.now()) }))
    expect(error.code).toBe('E_INVALID_QUERY')
    expect(thrown(() => untyped().group({ by: own(name, 'age') })).code).toBe('E_INVALID_QUERY')
  })

  function own(name: string, value: unknown, more: object = {}): object {
    const object = { ...more }
    Object.defineProperty(object, name, { value, enumerable: true })
    return object
  }
})

describe('arguments', () => {
  refused([
    ['match of text', (p) => p.match('age'), 'match() needs an object of fields'],
    ['match of nothing', (p) => p.match(), 'got undefined'],
    ['match async', (p) => p.match(async () => {}), 'must not be async'],
    [
      'match of an operator as a name',
      (p) => p.match({ $or: [] }),
      'operators are written with methods',
    ],
    ['matchRaw of text', (p) => p.matchRaw('age'), 'matchRaw() needs a native filter'],
    ['sort of nothing', (p) => p.sort({}), 'sort() needs at least one field'],
    ['sort of a number', (p) => p.sort(1), 'sort() needs an object of fields'],
    ['sort in no direction', (p) => p.sort('age', 'up'), "must be 'asc' or 'desc', got \"up\""],
    ['sort by an operator', (p) => p.sort({ age: { $meta: 'textScore' } }), "'asc' or 'desc'"],
    ['sort by another expression', (p) => p.sort({ age: expr.now() }), "'asc' or 'desc'"],
    ['limit below 0', (p) => p.limit(-1), 'limit() needs an integer from 0'],
    ['limit of text', (p) => p.limit('5'), 'got a string'],
    ['skip of half', (p) => p.skip(0.5), 'skip() needs an integer'],
    ['sample of none', (p) => p.sample(0), 'sample() needs an integer from 1'],
    ['project of nothing', (p) => p.project({}), 'project() needs at least one field'],
    [
      'project of both kinds',
      (p) => p.project({ age: true, tags: false }),
      '"tags" cannot be taken away',
    ],
    ['select of nothing', (p) => p.select(), 'select() needs at least one field'],
    ['unset of nothing', (p) => p.unset(), 'unset() needs at least one field'],
    ['addFields of a list', (p) => p.addFields([]), 'addFields() needs an object of fields'],
    [
      'unwind with another option',
      (p) => p.unwind('tags', { keep: true }),
      'unwind() does not know the option "keep"',
    ],
    [
      'unwind with no flag',
      (p) => p.unwind('tags', { preserveNullAndEmptyArrays: 1 }),
      'must be true or false',
    ],
    ['group without by', (p) => p.group({ n: expr.count() }), 'group() needs by'],
    [
      'group with an expression',
      (p) => p.group({ by: null, n: expr.now() }),
      '"n" needs an accumulator',
    ],
    [
      'group with a native accumulator',
      (p) => p.group({ by: null, n: { $sum: 1 } }),
      '"n" needs an accumulator',
    ],
    [
      'group with a window',
      (p) => p.group({ by: null, n: expr.rank() }),
      '"n" needs an accumulator',
    ],
    ['group with its own _id', (p) => p.group({ by: null, _id: expr.count() }), '_id is the key'],
    [
      'bucket without limits',
      (p) => p.bucket({ by: 'age' }),
      'needs a list of two or more boundaries',
    ],
    ['bucket with one limit', (p) => p.bucket({ by: 'age', boundaries: [1] }), 'two or more'],
    [
      'bucketAuto with another series',
      (p) => p.bucketAuto({ by: 'age', buckets: 2, granularity: 'R7' }),
      "must be one of 'R5'",
    ],
    [
      'dateBucket of no unit',
      (p) => p.dateBucket('createdAt', 'decade'),
      'the unit of expr.dateTrunc() must be one of',
    ],
    [
      'dateBucket of no weekday',
      (p) => p.dateBucket('createdAt', 'week', { startOfWeek: 'mo' }),
      'startOfWeek',
    ],
    [
      'dateBucket with a name twice',
      (p) => p.dateBucket('createdAt', 'day', { as: 'n', fields: { n: expr.count() } }),
      'names both the date and a field',
    ],
    [
      'lookup without a way',
      (p) => p.lookup({ from: Post, as: 'x' }),
      'needs localField and foreignField, or a pipeline',
    ],
    [
      'lookup with half a way',
      (p) => p.lookup({ from: Post, localField: 'id', as: 'x' }),
      'needs localField and foreignField, or a pipeline',
    ],
    [
      'lookup of no collection',
      (p) => p.lookup({ from: 5, as: 'x' }),
      'needs a model class or the name of a collection',
    ],
    [
      'lookup of no model',
      (p) => p.lookup({ from: class {}, localField: 'id', foreignField: 'id', as: 'x' }),
      'needs a model class',
    ],
    [
      'lookup of an operator',
      (p) => p.lookup({ from: '$cmd', localField: 'id', foreignField: 'id', as: 'x' }),
      'needs a model class',
    ],
    [
      'lookup with no callback',
      (p) => p.lookup({ from: Post, as: 'x', pipeline: [] }),
      'lookup() needs a callback, got an array',
    ],
    [
      'lookup with an async callback',
      (p) => p.lookup({ from: Post, as: 'x', pipeline: async (q: Loose) => q }),
      'must not be async',
    ],
    [
      'lookup whose callback returns nothing',
      (p) => p.lookup({ from: Post, as: 'x', pipeline: () => {} }),
      'must return the pipeline',
    ],
    [
      'lookup with a bad variable',
      (p) => p.lookup({ from: Post, as: 'x', let: { User: 'id' }, pipeline: (q: Loose) => q }),
      '"User" is no variable',
    ],
    [
      'graphLookup of no depth',
      (p) =>
        p.graphLookup({
          from: Post,
          startWith: 'id',
          connectFromField: 'id',
          connectToField: 'id',
          as: 'x',
          maxDepth: -1,
        }),
      'maxDepth',
    ],
    ['facet of nothing', (p) => p.facet({}), 'facet() needs at least one field'],
    ['facet of stages', (p) => p.facet({ x: [] }), 'facet() needs a callback, got an array'],
    ['unionWith of no collection', (p) => p.unionWith(null), 'unionWith() needs a model class'],
    [
      'setWindowFields of nothing',
      (p) => p.setWindowFields({ output: {} }),
      'needs at least one field',
    ],
    [
      'setWindowFields of an expression',
      (p) => p.setWindowFields({ output: { x: expr.now() } }),
      '"x" needs a window function',
    ],
    [
      'densify without a step',
      (p) => p.densify({ field: 'age', range: { bounds: 'full' } }),
      'step of densify() needs a number',
    ],
    [
      'densify of other bounds',
      (p) => p.densify({ field: 'age', range: { step: 1, bounds: 'all' } }),
      "must be one of 'full', 'partition'",
    ],
    [
      'densify of three bounds',
      (p) => p.densify({ field: 'age', range: { step: 1, bounds: [1, 2, 3] } }),
      '[from, to]',
    ],
    [
      'densify without a range',
      (p) => p.densify({ field: 'age' }),
      'range of densify() needs an object',
    ],
    [
      'fill by no method',
      (p) => p.fill({ output: { age: { method: 'spline' } } }),
      "'linear', 'locf'",
    ],
    [
      'fill with nothing',
      (p) => p.fill({ output: { age: {} } }),
      'needs either a value or a method',
    ],
    [
      'fill with both',
      (p) => p.fill({ output: { age: { value: 1, method: 'locf' } } }),
      'needs either',
    ],
    [
      'geoNear of no point',
      (p) => p.geoNear({ near: [1], distanceField: 'x' }),
      'near of geoNear() is [longitude, latitude]',
    ],
    [
      'geoNear of texts',
      (p) => p.geoNear({ near: ['1', '2'], distanceField: 'x' }),
      'near of geoNear()',
    ],
    [
      'geoNear of a polygon',
      (p) => p.geoNear({ near: { type: 'Polygon', coordinates: [] }, distanceField: 'x' }),
      'is a point, got "Polygon"',
    ],
    [
      'geoNear of no distance',
      (p) => p.geoNear({ near: [0, 0], distanceField: 'x', maxDistance: 'far' }),
      'maxDistance of geoNear() needs a number',
    ],
    ['search of text', (p) => p.search('a'), 'search() needs an object'],
    ['documents of one object', (p) => p.documents({}), 'documents() needs a list'],
    ['documents of numbers', (p) => p.documents([1]), 'documents() needs objects, got a number'],
    ['out to no collection', (p) => p.out(''), 'out() needs a model class'],
    ['out to no database', (p) => p.out({ coll: 'a' }), 'needs the name of a database'],
    [
      'out to a database that cannot be',
      (p) => p.out({ db: 'a.b', coll: 'a' }),
      'needs the name of a database',
    ],
    [
      'out with two names for one',
      (p) => p.project({ user_id: expr.now(), userId: expr.now() }).out(Post),
      'would both be stored as "user_id" in Post',
    ],
    [
      'merge in another way',
      (p) => p.merge({ into: 'x', whenMatched: 'add' }),
      "whenMatched of merge() must be one of 'replace'",
    ],
    [
      'merge otherwise in another way',
      (p) => p.merge({ into: 'x', whenNotMatched: 'add' }),
      'whenNotMatched',
    ],
    [
      'merge with variables for nothing',
      (p) => p.merge({ into: 'x', let: { a: 'age' } }),
      'let is for a callback',
    ],
    ['stage of two', (p) => p.stage({ $limit: 1, $skip: 1 }), 'needs one key that starts with'],
    ['stage of none', (p) => p.stage({}), 'needs one key'],
    ['stage without a dollar', (p) => p.stage({ limit: 1 }), 'needs one key'],
    ['stage of text', (p) => p.stage('$limit'), 'needs one key'],
    ['raw of one stage', (p) => p.raw({ $limit: 1 }), 'raw() needs a list of stages'],
  ])

  refused(
    [
      ['match', (p) => p.match({ age: undefined }), 'undefined as value of "age"'],
      [
        'matchRaw',
        (p) => p.matchRaw({ age: undefined }),
        'undefined as value of "age" in matchRaw()',
      ],
      [
        'addFields',
        (p) => p.addFields({ x: undefined }),
        'undefined as value of "x" in addFields()',
      ],
      ['project', (p) => p.project({ x: undefined }), 'undefined as value of "x" in project()'],
      [
        'inside of an operand',
        (p) => p.addFields({ x: { a: [undefined] } }),
        'undefined inside the value',
      ],
      [
        'an operand',
        (p) => p.addFields({ x: expr.eq(e.field('age'), undefined as Loose) }),
        'undefined as value of "age"',
      ],
      [
        'expr.raw',
        (p) => p.addFields({ x: expr.raw(undefined) }),
        'undefined in place of a native value',
      ],
      ['documents', (p) => p.documents([{ a: undefined }]), 'undefined inside'],
      ['let', (p) => p.let({ a: undefined }), 'undefined inside'],
    ],
    'E_UNDEFINED_VALUE',
  )

  refused(
    [
      ['match', (p) => p.match({ teamId: 'x' }), '"teamId" needs an ObjectId'],
      [
        'comparisons',
        (p) => p.match(expr.eq(e.field('teamId'), 'x')),
        '"teamId" needs an ObjectId',
      ],
      ['lists', (p) => p.match(expr.in(e.field('teamId'), ['x'])), '"teamId" needs an ObjectId'],
      [
        'limits',
        (p) => p.bucket({ by: 'teamId', boundaries: ['x', 'y'] }),
        '"teamId" needs an ObjectId',
      ],
    ],
    'E_INVALID_OBJECT_ID',
  )
})

describe('expressions', () => {
  const add = (x: unknown) => (p: Loose) => p.addFields({ x })
  refused([
    ['a variable as a field', add(e.field('$$ROOT')), '"$$ROOT" is no field; see expr.variable()'],
    ['a field of a number', add(e.field(5)), "a field's name is needed, got a number"],
    ['a field of an operator', add(e.field('a.$gt')), 'operators are written with methods'],
    ['a variable of no name', add(e.variable('a.b')), '"a.b" is no variable'],
    ['a variable of MongoDB’s', add(e.variable('ROOT')), '"ROOT" is no variable'],
    ['let of no name', add(e.let({ 'a.b': 1 }, () => expr.now())), 'is no variable'],
    ['an accumulator alone', add(e.push('age')), 'this accumulator is for group()'],
    ['a window function', add(e.rank()), 'a window function is for setWindowFields()'],
    ['switch of nothing', add(e.switch([])), 'needs a list of branches'],
    ['switch of objects', add(e.switch([{ case: true }])), 'needs a list of branches'],
    ['a unit', add(e.dateTrunc('createdAt', 'decade')), 'the unit of expr.dateTrunc()'],
    ['an option', add(e.year('createdAt', { zone: 'UTC' })), 'does not know the option "zone"'],
    ['convert to a type', add(e.convert('age', 'text')), 'the type of expr.convert()'],
    ['regex options', add(e.regexMatch('a', 'b', 'g')), 'each option of expr.regexMatch()'],
    [
      'regex options of a number',
      add(e.regexMatch('a', 'b', 1)),
      'each option of expr.regexMatch()',
    ],
    ['an order of an array', add(e.sortArray('tags', 'up')), 'the order of expr.sortArray()'],
    [
      'top without an order',
      (p) => p.group({ by: null, x: e.top({ output: 'age' }) }),
      'sortBy of expr.top() needs an object',
    ],
    [
      'topN of none',
      (p) => p.group({ by: null, x: e.topN(0, { sortBy: { age: 1 }, output: 'age' }) }),
      'expr.topN() needs an integer from 1',
    ],
    [
      'percentile of one',
      (p) => p.group({ by: null, x: e.percentile('age', 0.5) }),
      'needs a list of numbers',
    ],
    [
      'percentile of 95',
      (p) => p.group({ by: null, x: e.percentile('age', [95]) }),
      'needs numbers from 0 to 1',
    ],
  ])

  const over = (x: unknown) => (p: Loose) => p.setWindowFields({ output: { x } })
  refused([
    ['over of an expression', over(e.over(expr.now())), 'expr.over() needs an accumulator'],
    ['a window of nothing', over(e.movingAverage('age', {})), 'the window of expr.over() is'],
    [
      'a window of both kinds',
      over(e.movingAverage('age', { documents: [0, 1], range: [0, 1] })),
      'the window of expr.over() is',
    ],
    [
      'a window of one bound',
      over(e.movingAverage('age', { documents: [0] })),
      'the window of expr.over() is',
    ],
    [
      'a window from elsewhere',
      over(e.movingAverage('age', { documents: ['first', 0] })),
      'a bound of expr.over() is',
    ],
    [
      'a window of half documents',
      over(e.movingAverage('age', { documents: [-0.5, 0] })),
      'needs an integer',
    ],
    [
      'a window of documents with a unit',
      over(e.movingAverage('age', { documents: [0, 1], unit: 'day' })),
      'a unit is for windows by range',
    ],
    ['shift by half', over(e.shift('age', 0.5)), 'expr.shift() needs an integer'],
    ['expMovingAvg of nothing', over(e.expMovingAvg('age', {})), 'needs either n or alpha'],
    [
      'expMovingAvg of both',
      over(e.expMovingAvg('age', { n: 1, alpha: 0.5 })),
      'needs either n or alpha',
    ],
  ])
})

describe('places', () => {
  refused([
    [
      'geoNear behind a stage',
      (p) => p.limit(1).geoNear({ near: [0, 0], distanceField: 'x' }),
      '$geoNear: it must be the first stage',
    ],
    [
      'indexStats behind a stage',
      (p) => p.limit(1).indexStats(),
      '$indexStats: it must be the first stage',
    ],
    [
      'documents behind a stage',
      (p) => p.limit(1).documents([]),
      '$documents: it must be the first stage',
    ],
    ['search behind a stage', (p) => p.limit(1).search({}), '$search: it must be the first stage'],
    [
      'a native one behind a stage',
      (p) => p.limit(1).stage({ $collStats: {} }),
      '$collStats: it must be the first stage',
    ],
    ['anything behind out', (p) => p.out('x').limit(1), '$limit: nothing can follow $out'],
    [
      'anything behind merge',
      (p) => p.merge({ into: 'x' }).match({ a: 1 }),
      'nothing can follow $merge',
    ],
    [
      'anything native behind merge',
      (p) => p.merge({ into: 'x' }).raw([{ $limit: 1 }]),
      'nothing can follow $merge',
    ],
    [
      'a facet in a facet',
      (p) => p.facet({ a: (q: Loose) => q.facet({ b: (r: Loose) => r }) }),
      '$facet: it cannot be inside of facet()',
    ],
    [
      'geoNear in a facet',
      (p) => p.facet({ a: (q: Loose) => q.geoNear({ near: [0, 0], distanceField: 'x' }) }),
      '$geoNear: it cannot be inside of facet()',
    ],
    [
      'out in a facet',
      (p) => p.facet({ a: (q: Loose) => q.out('x') }),
      '$out: it cannot be inside of facet()',
    ],
    ['a change stream', (p) => p.stage({ $changeStream: {} }), 'it is opened by watching'],
  ])

  it('writing in a union', () => {
    const run = () => untyped().unionWith('a', (q: Loose) => q.merge({ into: 'x' }))
    expect(thrown(run).message).toBe('a: $merge: it cannot be inside of unionWith()')
  })

  it('grouping in an update', () => {
    const whenMatched = (q: Loose) => q.group({ by: null })
    const error = thrown(() => untyped().merge({ into: 'x', whenMatched }))
    expect(error.message).toContain('x: $group: merge() only takes addFields')
  })

  it('writing in a lookup', () => {
    const run = () => untyped().lookup({ from: Post, as: 'x', pipeline: (q: Loose) => q.out('y') })
    expect(thrown(run).message).toBe('Post: $out: it cannot be inside of lookup()')
  })

  it('leaves the builder as it was', () => {
    const built = pipeline().limit(1)
    expect(() => built.geoNear({ near: [0, 0], distanceField: 'x' })).toThrow()
    expect(() => built.sort('missing' as 'age')).toThrow()
    expect(stages(built)).toEqual([{ $limit: 1 }])
  })
})
