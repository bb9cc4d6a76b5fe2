/** Names for the crowd: the same number has the same name. */
const FIRST =
  'Ada Bruno Carmen Dario Elif Farid Greta Hanna Ivo Jana Kofi Lena Mateo Nadia Omar Paula Quinn Rosa Samir Tilda Umar Vera Wanda Xenia Yusuf Zoe'.split(
    ' ',
  );
const LAST =
  'Abel Brandt Costa Duval Engel Fischer Garcia Horvat Ivanov Jansen Keller Lindt Moreau Novak Okafor Petrov Quist Rossi Silva Tanaka Ulrich Vogel Weber Xu Yilmaz Zeller'.split(
    ' ',
  );

export function nameOf(index: number): string {
  const first = FIRST[index % FIRST.length];
  // A second step that shares no factor with the first: 26 x 26 names before one comes again.
  const last = LAST[(Math.floor(index / FIRST.length) * 7 + index * 3) % LAST.length];
  return `${first} ${last}`;
}
