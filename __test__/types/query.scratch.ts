import { QueryBuilder } from '../../js/query/index.ts'
interface A0 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M0 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A0; declare prev?: A0 | null; declare list: A0[]; declare children: A0[]; declare parent: A0 | null; declare tags: string[] }
declare const q0: QueryBuilder<M0>
q0.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A1 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M1 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A1; declare prev?: A1 | null; declare list: A1[]; declare children: A1[]; declare parent: A1 | null; declare tags: string[] }
declare const q1: QueryBuilder<M1>
q1.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A2 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M2 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A2; declare prev?: A2 | null; declare list: A2[]; declare children: A2[]; declare parent: A2 | null; declare tags: string[] }
declare const q2: QueryBuilder<M2>
q2.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A3 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M3 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A3; declare prev?: A3 | null; declare list: A3[]; declare children: A3[]; declare parent: A3 | null; declare tags: string[] }
declare const q3: QueryBuilder<M3>
q3.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A4 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M4 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A4; declare prev?: A4 | null; declare list: A4[]; declare children: A4[]; declare parent: A4 | null; declare tags: string[] }
declare const q4: QueryBuilder<M4>
q4.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A5 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M5 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A5; declare prev?: A5 | null; declare list: A5[]; declare children: A5[]; declare parent: A5 | null; declare tags: string[] }
declare const q5: QueryBuilder<M5>
q5.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A6 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M6 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A6; declare prev?: A6 | null; declare list: A6[]; declare children: A6[]; declare parent: A6 | null; declare tags: string[] }
declare const q6: QueryBuilder<M6>
q6.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A7 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M7 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A7; declare prev?: A7 | null; declare list: A7[]; declare children: A7[]; declare parent: A7 | null; declare tags: string[] }
declare const q7: QueryBuilder<M7>
q7.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A8 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M8 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A8; declare prev?: A8 | null; declare list: A8[]; declare children: A8[]; declare parent: A8 | null; declare tags: string[] }
declare const q8: QueryBuilder<M8>
q8.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A9 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M9 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A9; declare prev?: A9 | null; declare list: A9[]; declare children: A9[]; declare parent: A9 | null; declare tags: string[] }
declare const q9: QueryBuilder<M9>
q9.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A10 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M10 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A10; declare prev?: A10 | null; declare list: A10[]; declare children: A10[]; declare parent: A10 | null; declare tags: string[] }
declare const q10: QueryBuilder<M10>
q10.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A11 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M11 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A11; declare prev?: A11 | null; declare list: A11[]; declare children: A11[]; declare parent: A11 | null; declare tags: string[] }
declare const q11: QueryBuilder<M11>
q11.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A12 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M12 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A12; declare prev?: A12 | null; declare list: A12[]; declare children: A12[]; declare parent: A12 | null; declare tags: string[] }
declare const q12: QueryBuilder<M12>
q12.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A13 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M13 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A13; declare prev?: A13 | null; declare list: A13[]; declare children: A13[]; declare parent: A13 | null; declare tags: string[] }
declare const q13: QueryBuilder<M13>
q13.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A14 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M14 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A14; declare prev?: A14 | null; declare list: A14[]; declare children: A14[]; declare parent: A14 | null; declare tags: string[] }
declare const q14: QueryBuilder<M14>
q14.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A15 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M15 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A15; declare prev?: A15 | null; declare list: A15[]; declare children: A15[]; declare parent: A15 | null; declare tags: string[] }
declare const q15: QueryBuilder<M15>
q15.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A16 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M16 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A16; declare prev?: A16 | null; declare list: A16[]; declare children: A16[]; declare parent: A16 | null; declare tags: string[] }
declare const q16: QueryBuilder<M16>
q16.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A17 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M17 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A17; declare prev?: A17 | null; declare list: A17[]; declare children: A17[]; declare parent: A17 | null; declare tags: string[] }
declare const q17: QueryBuilder<M17>
q17.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A18 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M18 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A18; declare prev?: A18 | null; declare list: A18[]; declare children: A18[]; declare parent: A18 | null; declare tags: string[] }
declare const q18: QueryBuilder<M18>
q18.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A19 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M19 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A19; declare prev?: A19 | null; declare list: A19[]; declare children: A19[]; declare parent: A19 | null; declare tags: string[] }
declare const q19: QueryBuilder<M19>
q19.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A20 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M20 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A20; declare prev?: A20 | null; declare list: A20[]; declare children: A20[]; declare parent: A20 | null; declare tags: string[] }
declare const q20: QueryBuilder<M20>
q20.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A21 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M21 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A21; declare prev?: A21 | null; declare list: A21[]; declare children: A21[]; declare parent: A21 | null; declare tags: string[] }
declare const q21: QueryBuilder<M21>
q21.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A22 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M22 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A22; declare prev?: A22 | null; declare list: A22[]; declare children: A22[]; declare parent: A22 | null; declare tags: string[] }
declare const q22: QueryBuilder<M22>
q22.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A23 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M23 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A23; declare prev?: A23 | null; declare list: A23[]; declare children: A23[]; declare parent: A23 | null; declare tags: string[] }
declare const q23: QueryBuilder<M23>
q23.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A24 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M24 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A24; declare prev?: A24 | null; declare list: A24[]; declare children: A24[]; declare parent: A24 | null; declare tags: string[] }
declare const q24: QueryBuilder<M24>
q24.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A25 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M25 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A25; declare prev?: A25 | null; declare list: A25[]; declare children: A25[]; declare parent: A25 | null; declare tags: string[] }
declare const q25: QueryBuilder<M25>
q25.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A26 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M26 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A26; declare prev?: A26 | null; declare list: A26[]; declare children: A26[]; declare parent: A26 | null; declare tags: string[] }
declare const q26: QueryBuilder<M26>
q26.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A27 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M27 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A27; declare prev?: A27 | null; declare list: A27[]; declare children: A27[]; declare parent: A27 | null; declare tags: string[] }
declare const q27: QueryBuilder<M27>
q27.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A28 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M28 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A28; declare prev?: A28 | null; declare list: A28[]; declare children: A28[]; declare parent: A28 | null; declare tags: string[] }
declare const q28: QueryBuilder<M28>
q28.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A29 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M29 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A29; declare prev?: A29 | null; declare list: A29[]; declare children: A29[]; declare parent: A29 | null; declare tags: string[] }
declare const q29: QueryBuilder<M29>
q29.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A30 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M30 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A30; declare prev?: A30 | null; declare list: A30[]; declare children: A30[]; declare parent: A30 | null; declare tags: string[] }
declare const q30: QueryBuilder<M30>
q30.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A31 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M31 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A31; declare prev?: A31 | null; declare list: A31[]; declare children: A31[]; declare parent: A31 | null; declare tags: string[] }
declare const q31: QueryBuilder<M31>
q31.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A32 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M32 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A32; declare prev?: A32 | null; declare list: A32[]; declare children: A32[]; declare parent: A32 | null; declare tags: string[] }
declare const q32: QueryBuilder<M32>
q32.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A33 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M33 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A33; declare prev?: A33 | null; declare list: A33[]; declare children: A33[]; declare parent: A33 | null; declare tags: string[] }
declare const q33: QueryBuilder<M33>
q33.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A34 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M34 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A34; declare prev?: A34 | null; declare list: A34[]; declare children: A34[]; declare parent: A34 | null; declare tags: string[] }
declare const q34: QueryBuilder<M34>
q34.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A35 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M35 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A35; declare prev?: A35 | null; declare list: A35[]; declare children: A35[]; declare parent: A35 | null; declare tags: string[] }
declare const q35: QueryBuilder<M35>
q35.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A36 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M36 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A36; declare prev?: A36 | null; declare list: A36[]; declare children: A36[]; declare parent: A36 | null; declare tags: string[] }
declare const q36: QueryBuilder<M36>
q36.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A37 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M37 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A37; declare prev?: A37 | null; declare list: A37[]; declare children: A37[]; declare parent: A37 | null; declare tags: string[] }
declare const q37: QueryBuilder<M37>
q37.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A38 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M38 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A38; declare prev?: A38 | null; declare list: A38[]; declare children: A38[]; declare parent: A38 | null; declare tags: string[] }
declare const q38: QueryBuilder<M38>
q38.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A39 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M39 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A39; declare prev?: A39 | null; declare list: A39[]; declare children: A39[]; declare parent: A39 | null; declare tags: string[] }
declare const q39: QueryBuilder<M39>
q39.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A40 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M40 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A40; declare prev?: A40 | null; declare list: A40[]; declare children: A40[]; declare parent: A40 | null; declare tags: string[] }
declare const q40: QueryBuilder<M40>
q40.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A41 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M41 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A41; declare prev?: A41 | null; declare list: A41[]; declare children: A41[]; declare parent: A41 | null; declare tags: string[] }
declare const q41: QueryBuilder<M41>
q41.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A42 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M42 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A42; declare prev?: A42 | null; declare list: A42[]; declare children: A42[]; declare parent: A42 | null; declare tags: string[] }
declare const q42: QueryBuilder<M42>
q42.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A43 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M43 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A43; declare prev?: A43 | null; declare list: A43[]; declare children: A43[]; declare parent: A43 | null; declare tags: string[] }
declare const q43: QueryBuilder<M43>
q43.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A44 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M44 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A44; declare prev?: A44 | null; declare list: A44[]; declare children: A44[]; declare parent: A44 | null; declare tags: string[] }
declare const q44: QueryBuilder<M44>
q44.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A45 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M45 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A45; declare prev?: A45 | null; declare list: A45[]; declare children: A45[]; declare parent: A45 | null; declare tags: string[] }
declare const q45: QueryBuilder<M45>
q45.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A46 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M46 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A46; declare prev?: A46 | null; declare list: A46[]; declare children: A46[]; declare parent: A46 | null; declare tags: string[] }
declare const q46: QueryBuilder<M46>
q46.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A47 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M47 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A47; declare prev?: A47 | null; declare list: A47[]; declare children: A47[]; declare parent: A47 | null; declare tags: string[] }
declare const q47: QueryBuilder<M47>
q47.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A48 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M48 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A48; declare prev?: A48 | null; declare list: A48[]; declare children: A48[]; declare parent: A48 | null; declare tags: string[] }
declare const q48: QueryBuilder<M48>
q48.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A49 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M49 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A49; declare prev?: A49 | null; declare list: A49[]; declare children: A49[]; declare parent: A49 | null; declare tags: string[] }
declare const q49: QueryBuilder<M49>
q49.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A50 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M50 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A50; declare prev?: A50 | null; declare list: A50[]; declare children: A50[]; declare parent: A50 | null; declare tags: string[] }
declare const q50: QueryBuilder<M50>
q50.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A51 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M51 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A51; declare prev?: A51 | null; declare list: A51[]; declare children: A51[]; declare parent: A51 | null; declare tags: string[] }
declare const q51: QueryBuilder<M51>
q51.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A52 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M52 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A52; declare prev?: A52 | null; declare list: A52[]; declare children: A52[]; declare parent: A52 | null; declare tags: string[] }
declare const q52: QueryBuilder<M52>
q52.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A53 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M53 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A53; declare prev?: A53 | null; declare list: A53[]; declare children: A53[]; declare parent: A53 | null; declare tags: string[] }
declare const q53: QueryBuilder<M53>
q53.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A54 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M54 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A54; declare prev?: A54 | null; declare list: A54[]; declare children: A54[]; declare parent: A54 | null; declare tags: string[] }
declare const q54: QueryBuilder<M54>
q54.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A55 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M55 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A55; declare prev?: A55 | null; declare list: A55[]; declare children: A55[]; declare parent: A55 | null; declare tags: string[] }
declare const q55: QueryBuilder<M55>
q55.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A56 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M56 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A56; declare prev?: A56 | null; declare list: A56[]; declare children: A56[]; declare parent: A56 | null; declare tags: string[] }
declare const q56: QueryBuilder<M56>
q56.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A57 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M57 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A57; declare prev?: A57 | null; declare list: A57[]; declare children: A57[]; declare parent: A57 | null; declare tags: string[] }
declare const q57: QueryBuilder<M57>
q57.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A58 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M58 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A58; declare prev?: A58 | null; declare list: A58[]; declare children: A58[]; declare parent: A58 | null; declare tags: string[] }
declare const q58: QueryBuilder<M58>
q58.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A59 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M59 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A59; declare prev?: A59 | null; declare list: A59[]; declare children: A59[]; declare parent: A59 | null; declare tags: string[] }
declare const q59: QueryBuilder<M59>
q59.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A60 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M60 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A60; declare prev?: A60 | null; declare list: A60[]; declare children: A60[]; declare parent: A60 | null; declare tags: string[] }
declare const q60: QueryBuilder<M60>
q60.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A61 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M61 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A61; declare prev?: A61 | null; declare list: A61[]; declare children: A61[]; declare parent: A61 | null; declare tags: string[] }
declare const q61: QueryBuilder<M61>
q61.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A62 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M62 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A62; declare prev?: A62 | null; declare list: A62[]; declare children: A62[]; declare parent: A62 | null; declare tags: string[] }
declare const q62: QueryBuilder<M62>
q62.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A63 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M63 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A63; declare prev?: A63 | null; declare list: A63[]; declare children: A63[]; declare parent: A63 | null; declare tags: string[] }
declare const q63: QueryBuilder<M63>
q63.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A64 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M64 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A64; declare prev?: A64 | null; declare list: A64[]; declare children: A64[]; declare parent: A64 | null; declare tags: string[] }
declare const q64: QueryBuilder<M64>
q64.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A65 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M65 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A65; declare prev?: A65 | null; declare list: A65[]; declare children: A65[]; declare parent: A65 | null; declare tags: string[] }
declare const q65: QueryBuilder<M65>
q65.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A66 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M66 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A66; declare prev?: A66 | null; declare list: A66[]; declare children: A66[]; declare parent: A66 | null; declare tags: string[] }
declare const q66: QueryBuilder<M66>
q66.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A67 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M67 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A67; declare prev?: A67 | null; declare list: A67[]; declare children: A67[]; declare parent: A67 | null; declare tags: string[] }
declare const q67: QueryBuilder<M67>
q67.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A68 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M68 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A68; declare prev?: A68 | null; declare list: A68[]; declare children: A68[]; declare parent: A68 | null; declare tags: string[] }
declare const q68: QueryBuilder<M68>
q68.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A69 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M69 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A69; declare prev?: A69 | null; declare list: A69[]; declare children: A69[]; declare parent: A69 | null; declare tags: string[] }
declare const q69: QueryBuilder<M69>
q69.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A70 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M70 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A70; declare prev?: A70 | null; declare list: A70[]; declare children: A70[]; declare parent: A70 | null; declare tags: string[] }
declare const q70: QueryBuilder<M70>
q70.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A71 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M71 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A71; declare prev?: A71 | null; declare list: A71[]; declare children: A71[]; declare parent: A71 | null; declare tags: string[] }
declare const q71: QueryBuilder<M71>
q71.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A72 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M72 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A72; declare prev?: A72 | null; declare list: A72[]; declare children: A72[]; declare parent: A72 | null; declare tags: string[] }
declare const q72: QueryBuilder<M72>
q72.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A73 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M73 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A73; declare prev?: A73 | null; declare list: A73[]; declare children: A73[]; declare parent: A73 | null; declare tags: string[] }
declare const q73: QueryBuilder<M73>
q73.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A74 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M74 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A74; declare prev?: A74 | null; declare list: A74[]; declare children: A74[]; declare parent: A74 | null; declare tags: string[] }
declare const q74: QueryBuilder<M74>
q74.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A75 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M75 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A75; declare prev?: A75 | null; declare list: A75[]; declare children: A75[]; declare parent: A75 | null; declare tags: string[] }
declare const q75: QueryBuilder<M75>
q75.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A76 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M76 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A76; declare prev?: A76 | null; declare list: A76[]; declare children: A76[]; declare parent: A76 | null; declare tags: string[] }
declare const q76: QueryBuilder<M76>
q76.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A77 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M77 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A77; declare prev?: A77 | null; declare list: A77[]; declare children: A77[]; declare parent: A77 | null; declare tags: string[] }
declare const q77: QueryBuilder<M77>
q77.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A78 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M78 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A78; declare prev?: A78 | null; declare list: A78[]; declare children: A78[]; declare parent: A78 | null; declare tags: string[] }
declare const q78: QueryBuilder<M78>
q78.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A79 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M79 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A79; declare prev?: A79 | null; declare list: A79[]; declare children: A79[]; declare parent: A79 | null; declare tags: string[] }
declare const q79: QueryBuilder<M79>
q79.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A80 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M80 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A80; declare prev?: A80 | null; declare list: A80[]; declare children: A80[]; declare parent: A80 | null; declare tags: string[] }
declare const q80: QueryBuilder<M80>
q80.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A81 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M81 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A81; declare prev?: A81 | null; declare list: A81[]; declare children: A81[]; declare parent: A81 | null; declare tags: string[] }
declare const q81: QueryBuilder<M81>
q81.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A82 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M82 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A82; declare prev?: A82 | null; declare list: A82[]; declare children: A82[]; declare parent: A82 | null; declare tags: string[] }
declare const q82: QueryBuilder<M82>
q82.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A83 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M83 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A83; declare prev?: A83 | null; declare list: A83[]; declare children: A83[]; declare parent: A83 | null; declare tags: string[] }
declare const q83: QueryBuilder<M83>
q83.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A84 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M84 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A84; declare prev?: A84 | null; declare list: A84[]; declare children: A84[]; declare parent: A84 | null; declare tags: string[] }
declare const q84: QueryBuilder<M84>
q84.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A85 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M85 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A85; declare prev?: A85 | null; declare list: A85[]; declare children: A85[]; declare parent: A85 | null; declare tags: string[] }
declare const q85: QueryBuilder<M85>
q85.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A86 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M86 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A86; declare prev?: A86 | null; declare list: A86[]; declare children: A86[]; declare parent: A86 | null; declare tags: string[] }
declare const q86: QueryBuilder<M86>
q86.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A87 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M87 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A87; declare prev?: A87 | null; declare list: A87[]; declare children: A87[]; declare parent: A87 | null; declare tags: string[] }
declare const q87: QueryBuilder<M87>
q87.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A88 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M88 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A88; declare prev?: A88 | null; declare list: A88[]; declare children: A88[]; declare parent: A88 | null; declare tags: string[] }
declare const q88: QueryBuilder<M88>
q88.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A89 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M89 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A89; declare prev?: A89 | null; declare list: A89[]; declare children: A89[]; declare parent: A89 | null; declare tags: string[] }
declare const q89: QueryBuilder<M89>
q89.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A90 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M90 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A90; declare prev?: A90 | null; declare list: A90[]; declare children: A90[]; declare parent: A90 | null; declare tags: string[] }
declare const q90: QueryBuilder<M90>
q90.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A91 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M91 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A91; declare prev?: A91 | null; declare list: A91[]; declare children: A91[]; declare parent: A91 | null; declare tags: string[] }
declare const q91: QueryBuilder<M91>
q91.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A92 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M92 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A92; declare prev?: A92 | null; declare list: A92[]; declare children: A92[]; declare parent: A92 | null; declare tags: string[] }
declare const q92: QueryBuilder<M92>
q92.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A93 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M93 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A93; declare prev?: A93 | null; declare list: A93[]; declare children: A93[]; declare parent: A93 | null; declare tags: string[] }
declare const q93: QueryBuilder<M93>
q93.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A94 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M94 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A94; declare prev?: A94 | null; declare list: A94[]; declare children: A94[]; declare parent: A94 | null; declare tags: string[] }
declare const q94: QueryBuilder<M94>
q94.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A95 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M95 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A95; declare prev?: A95 | null; declare list: A95[]; declare children: A95[]; declare parent: A95 | null; declare tags: string[] }
declare const q95: QueryBuilder<M95>
q95.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A96 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M96 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A96; declare prev?: A96 | null; declare list: A96[]; declare children: A96[]; declare parent: A96 | null; declare tags: string[] }
declare const q96: QueryBuilder<M96>
q96.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A97 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M97 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A97; declare prev?: A97 | null; declare list: A97[]; declare children: A97[]; declare parent: A97 | null; declare tags: string[] }
declare const q97: QueryBuilder<M97>
q97.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A98 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M98 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A98; declare prev?: A98 | null; declare list: A98[]; declare children: A98[]; declare parent: A98 | null; declare tags: string[] }
declare const q98: QueryBuilder<M98>
q98.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A99 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M99 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A99; declare prev?: A99 | null; declare list: A99[]; declare children: A99[]; declare parent: A99 | null; declare tags: string[] }
declare const q99: QueryBuilder<M99>
q99.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A100 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M100 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A100; declare prev?: A100 | null; declare list: A100[]; declare children: A100[]; declare parent: A100 | null; declare tags: string[] }
declare const q100: QueryBuilder<M100>
q100.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A101 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M101 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A101; declare prev?: A101 | null; declare list: A101[]; declare children: A101[]; declare parent: A101 | null; declare tags: string[] }
declare const q101: QueryBuilder<M101>
q101.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A102 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M102 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A102; declare prev?: A102 | null; declare list: A102[]; declare children: A102[]; declare parent: A102 | null; declare tags: string[] }
declare const q102: QueryBuilder<M102>
q102.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A103 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M103 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A103; declare prev?: A103 | null; declare list: A103[]; declare children: A103[]; declare parent: A103 | null; declare tags: string[] }
declare const q103: QueryBuilder<M103>
q103.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A104 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M104 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A104; declare prev?: A104 | null; declare list: A104[]; declare children: A104[]; declare parent: A104 | null; declare tags: string[] }
declare const q104: QueryBuilder<M104>
q104.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A105 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M105 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A105; declare prev?: A105 | null; declare list: A105[]; declare children: A105[]; declare parent: A105 | null; declare tags: string[] }
declare const q105: QueryBuilder<M105>
q105.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A106 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M106 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A106; declare prev?: A106 | null; declare list: A106[]; declare children: A106[]; declare parent: A106 | null; declare tags: string[] }
declare const q106: QueryBuilder<M106>
q106.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A107 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M107 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A107; declare prev?: A107 | null; declare list: A107[]; declare children: A107[]; declare parent: A107 | null; declare tags: string[] }
declare const q107: QueryBuilder<M107>
q107.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A108 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M108 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A108; declare prev?: A108 | null; declare list: A108[]; declare children: A108[]; declare parent: A108 | null; declare tags: string[] }
declare const q108: QueryBuilder<M108>
q108.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A109 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M109 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A109; declare prev?: A109 | null; declare list: A109[]; declare children: A109[]; declare parent: A109 | null; declare tags: string[] }
declare const q109: QueryBuilder<M109>
q109.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A110 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M110 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A110; declare prev?: A110 | null; declare list: A110[]; declare children: A110[]; declare parent: A110 | null; declare tags: string[] }
declare const q110: QueryBuilder<M110>
q110.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A111 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M111 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A111; declare prev?: A111 | null; declare list: A111[]; declare children: A111[]; declare parent: A111 | null; declare tags: string[] }
declare const q111: QueryBuilder<M111>
q111.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A112 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M112 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A112; declare prev?: A112 | null; declare list: A112[]; declare children: A112[]; declare parent: A112 | null; declare tags: string[] }
declare const q112: QueryBuilder<M112>
q112.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A113 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M113 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A113; declare prev?: A113 | null; declare list: A113[]; declare children: A113[]; declare parent: A113 | null; declare tags: string[] }
declare const q113: QueryBuilder<M113>
q113.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A114 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M114 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A114; declare prev?: A114 | null; declare list: A114[]; declare children: A114[]; declare parent: A114 | null; declare tags: string[] }
declare const q114: QueryBuilder<M114>
q114.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A115 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M115 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A115; declare prev?: A115 | null; declare list: A115[]; declare children: A115[]; declare parent: A115 | null; declare tags: string[] }
declare const q115: QueryBuilder<M115>
q115.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A116 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M116 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A116; declare prev?: A116 | null; declare list: A116[]; declare children: A116[]; declare parent: A116 | null; declare tags: string[] }
declare const q116: QueryBuilder<M116>
q116.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A117 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M117 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A117; declare prev?: A117 | null; declare list: A117[]; declare children: A117[]; declare parent: A117 | null; declare tags: string[] }
declare const q117: QueryBuilder<M117>
q117.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A118 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M118 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A118; declare prev?: A118 | null; declare list: A118[]; declare children: A118[]; declare parent: A118 | null; declare tags: string[] }
declare const q118: QueryBuilder<M118>
q118.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A119 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M119 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A119; declare prev?: A119 | null; declare list: A119[]; declare children: A119[]; declare parent: A119 | null; declare tags: string[] }
declare const q119: QueryBuilder<M119>
q119.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A120 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M120 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A120; declare prev?: A120 | null; declare list: A120[]; declare children: A120[]; declare parent: A120 | null; declare tags: string[] }
declare const q120: QueryBuilder<M120>
q120.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A121 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M121 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A121; declare prev?: A121 | null; declare list: A121[]; declare children: A121[]; declare parent: A121 | null; declare tags: string[] }
declare const q121: QueryBuilder<M121>
q121.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A122 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M122 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A122; declare prev?: A122 | null; declare list: A122[]; declare children: A122[]; declare parent: A122 | null; declare tags: string[] }
declare const q122: QueryBuilder<M122>
q122.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A123 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M123 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A123; declare prev?: A123 | null; declare list: A123[]; declare children: A123[]; declare parent: A123 | null; declare tags: string[] }
declare const q123: QueryBuilder<M123>
q123.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A124 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M124 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A124; declare prev?: A124 | null; declare list: A124[]; declare children: A124[]; declare parent: A124 | null; declare tags: string[] }
declare const q124: QueryBuilder<M124>
q124.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A125 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M125 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A125; declare prev?: A125 | null; declare list: A125[]; declare children: A125[]; declare parent: A125 | null; declare tags: string[] }
declare const q125: QueryBuilder<M125>
q125.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A126 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M126 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A126; declare prev?: A126 | null; declare list: A126[]; declare children: A126[]; declare parent: A126 | null; declare tags: string[] }
declare const q126: QueryBuilder<M126>
q126.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A127 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M127 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A127; declare prev?: A127 | null; declare list: A127[]; declare children: A127[]; declare parent: A127 | null; declare tags: string[] }
declare const q127: QueryBuilder<M127>
q127.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A128 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M128 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A128; declare prev?: A128 | null; declare list: A128[]; declare children: A128[]; declare parent: A128 | null; declare tags: string[] }
declare const q128: QueryBuilder<M128>
q128.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A129 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M129 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A129; declare prev?: A129 | null; declare list: A129[]; declare children: A129[]; declare parent: A129 | null; declare tags: string[] }
declare const q129: QueryBuilder<M129>
q129.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A130 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M130 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A130; declare prev?: A130 | null; declare list: A130[]; declare children: A130[]; declare parent: A130 | null; declare tags: string[] }
declare const q130: QueryBuilder<M130>
q130.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A131 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M131 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A131; declare prev?: A131 | null; declare list: A131[]; declare children: A131[]; declare parent: A131 | null; declare tags: string[] }
declare const q131: QueryBuilder<M131>
q131.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A132 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M132 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A132; declare prev?: A132 | null; declare list: A132[]; declare children: A132[]; declare parent: A132 | null; declare tags: string[] }
declare const q132: QueryBuilder<M132>
q132.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A133 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M133 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A133; declare prev?: A133 | null; declare list: A133[]; declare children: A133[]; declare parent: A133 | null; declare tags: string[] }
declare const q133: QueryBuilder<M133>
q133.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A134 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M134 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A134; declare prev?: A134 | null; declare list: A134[]; declare children: A134[]; declare parent: A134 | null; declare tags: string[] }
declare const q134: QueryBuilder<M134>
q134.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A135 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M135 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A135; declare prev?: A135 | null; declare list: A135[]; declare children: A135[]; declare parent: A135 | null; declare tags: string[] }
declare const q135: QueryBuilder<M135>
q135.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A136 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M136 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A136; declare prev?: A136 | null; declare list: A136[]; declare children: A136[]; declare parent: A136 | null; declare tags: string[] }
declare const q136: QueryBuilder<M136>
q136.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A137 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M137 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A137; declare prev?: A137 | null; declare list: A137[]; declare children: A137[]; declare parent: A137 | null; declare tags: string[] }
declare const q137: QueryBuilder<M137>
q137.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A138 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M138 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A138; declare prev?: A138 | null; declare list: A138[]; declare children: A138[]; declare parent: A138 | null; declare tags: string[] }
declare const q138: QueryBuilder<M138>
q138.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A139 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M139 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A139; declare prev?: A139 | null; declare list: A139[]; declare children: A139[]; declare parent: A139 | null; declare tags: string[] }
declare const q139: QueryBuilder<M139>
q139.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A140 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M140 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A140; declare prev?: A140 | null; declare list: A140[]; declare children: A140[]; declare parent: A140 | null; declare tags: string[] }
declare const q140: QueryBuilder<M140>
q140.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A141 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M141 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A141; declare prev?: A141 | null; declare list: A141[]; declare children: A141[]; declare parent: A141 | null; declare tags: string[] }
declare const q141: QueryBuilder<M141>
q141.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A142 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M142 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A142; declare prev?: A142 | null; declare list: A142[]; declare children: A142[]; declare parent: A142 | null; declare tags: string[] }
declare const q142: QueryBuilder<M142>
q142.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A143 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M143 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A143; declare prev?: A143 | null; declare list: A143[]; declare children: A143[]; declare parent: A143 | null; declare tags: string[] }
declare const q143: QueryBuilder<M143>
q143.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A144 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M144 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A144; declare prev?: A144 | null; declare list: A144[]; declare children: A144[]; declare parent: A144 | null; declare tags: string[] }
declare const q144: QueryBuilder<M144>
q144.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A145 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M145 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A145; declare prev?: A145 | null; declare list: A145[]; declare children: A145[]; declare parent: A145 | null; declare tags: string[] }
declare const q145: QueryBuilder<M145>
q145.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A146 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M146 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A146; declare prev?: A146 | null; declare list: A146[]; declare children: A146[]; declare parent: A146 | null; declare tags: string[] }
declare const q146: QueryBuilder<M146>
q146.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A147 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M147 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A147; declare prev?: A147 | null; declare list: A147[]; declare children: A147[]; declare parent: A147 | null; declare tags: string[] }
declare const q147: QueryBuilder<M147>
q147.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A148 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M148 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A148; declare prev?: A148 | null; declare list: A148[]; declare children: A148[]; declare parent: A148 | null; declare tags: string[] }
declare const q148: QueryBuilder<M148>
q148.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
interface A149 { c1: string; city: string; geo: { lat: number; lng: number; s: { a: string; b: { c: string } } } }
class M149 { declare id: string; declare $x: number; save(): void {}
  declare c0: string
  declare c1: string
  declare c2: string
  declare c3: string
  declare c4: string
  declare c5: string
  declare c6: string
  declare c7: string
  declare c8: string
  declare c9: string
  declare c10: string
  declare c11: string
  declare c12: string
  declare c13: string
  declare c14: string
  declare c15: string
  declare c16: string
  declare c17: string
  declare c18: string
  declare c19: string
  declare n0: number; declare n1?: number; declare addr: A149; declare prev?: A149 | null; declare list: A149[]; declare children: A149[]; declare parent: A149 | null; declare tags: string[] }
declare const q149: QueryBuilder<M149>
q149.where('c1', 'a').where('addr.geo.lat', '>', 1).orWhere({ c2: 'b', 'list.0.city': 'x' }).whereIn('n0', [1]).orderBy('addr.city').select('c1', 'parent.c1').where((g) => g.where('tags', 'a'))
