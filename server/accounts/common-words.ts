/**
 * What stands at the core of the passwords that every published list begins with, lower-cased and without the digits and
 * signs people hang on them (`password-policy.ts` takes those off).
 */
export const COMMON_WORDS: readonly string[] = `
password passwort passwd motdepasse contrasena senha geheim secret letmein welcome willkommen bienvenue admin
administrator root toor login user test testing guest master default changeme change temp temporary qwerty azerty qwertz
monkey dragon baseball football basketball hockey soccer iloveyou loveyou love lovely princess prinzessin sunshine
shadow superman batman spiderman michael jessica jennifer jordan ashley daniel thomas robert charlie andrew matthew
joshua anthony william hunter harley ranger buster tigger george summer winter spring autumn sommer january february
march april june july august september october november december monday friday sunday computer internet google facebook
youtube twitter instagram linkedin microsoft windows apple samsung starwars pokemon naruto minecraft fortnite
trustno hello hallo bonjour freedom whatever nothing killer pepper cookie cheese chocolate banana orange flower
purple yellow silver golden diamond mustang corvette ferrari mercedes porsche yankees lakers cowboys steelers eagles
liverpool arsenal chelsea barcelona realmadrid juventus manchester united america england germany france canada
london paris berlin jesus christ angel blessed family forever friend friends baby mother father daddy mommy
sweet cutie hottie sexy fuckyou fuck pussy biteme asshole access pass zaq1zaq qazwsx zxcvbn asdfgh
holdfast ticket tickets concert event events vendor operator crowd
`
  .trim()
  .split(/\s+/);
