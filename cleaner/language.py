"""Languages: the codes that documents name them by, and in which documents a phrase counts."""

from __future__ import annotations

from collections.abc import Collection

#: A cue under this key holds in every language.
ANY_LANGUAGE = "any"

#: Phrases of these count in documents of every language: sites of all countries have English buttons and notices.
EVERYWHERE = frozenset([ANY_LANGUAGE, "en"])

#: Codes that tell no language, or one of several.
_UNTOLD = frozenset(["und", "mul", "mis", "zxx", "hbs", "cnr"])

#: A code of ISO 639-1, and behind it what else corpora call the language: its codes of ISO 639-2 and 639-3, those of
#: the languages that are written like it, and those that were withdrawn.
_CODES = """
aa=aar ab=abk ae=ave af=afr ak=aka am=amh an=arg ar=ara,arb,arz,ary,apc,ars,acm,ajp as=asm av=ava ay=aym,ayr
az=aze,azj ba=bak be=bel bg=bul bi=bis bm=bam bn=ben bo=bod,tib br=bre bs=bos ca=cat ce=che ch=cha co=cos cr=cre
cs=ces,cze cu=chu cv=chv cy=cym,wel da=dan de=deu,ger dv=div dz=dzo ee=ewe el=ell,gre en=eng eo=epo es=spa
et=est,ekk eu=eus,baq fa=fas,per,pes,prs ff=ful fi=fin fj=fij fo=fao fr=fra,fre fy=fry ga=gle gd=gla gl=glg
gn=grn,gug gu=guj gv=glv ha=hau he=heb,iw hi=hin ho=hmo hr=hrv ht=hat hu=hun hy=hye,arm hz=her ia=ina id=ind,in
ie=ile ig=ibo ii=iii ik=ipk io=ido is=isl,ice it=ita iu=iku ja=jpn jv=jav ka=kat,geo kg=kon ki=kik kj=kua kk=kaz
kl=kal km=khm kn=kan ko=kor kr=kau ks=kas ku=kur,kmr kv=kom kw=cor ky=kir la=lat lb=ltz lg=lug li=lim ln=lin lo=lao
lt=lit lu=lub lv=lav,lvs mg=mlg,plt mh=mah mi=mri,mao mk=mkd,mac ml=mal mn=mon,khk mr=mar ms=msa,may,zsm,zlm mt=mlt
my=mya,bur na=nau nd=nde ne=nep,npi ng=ndo nl=nld,dut no=nor,nb,nob,nn,nno nr=nbl nv=nav ny=nya oc=oci oj=oji
om=orm,gaz or=ori,ory os=oss pa=pan pi=pli pl=pol ps=pus,pbt pt=por qu=que,quy rm=roh rn=run ro=ron,rum,mo,mol ru=rus
rw=kin sa=san sc=srd sd=snd se=sme sg=sag si=sin sk=slk,slo sl=slv sm=smo sn=sna so=som sq=sqi,alb,als sr=srp ss=ssw
st=sot su=sun sv=swe sw=swa,swh ta=tam te=tel tg=tgk th=tha ti=tir tk=tuk tl=tgl,fil tn=tsn to=ton tr=tur ts=tso
tt=tat tw=twi ty=tah ug=uig uk=ukr ur=urd uz=uzb,uzn ve=ven vi=vie vo=vol wa=wln wo=wol xh=xho yi=yid,ji,ydd yo=yor
za=zha zh=zho,chi,cmn zu=zul
"""
_CODE_OF = {
    name: code
    for code, _, names in (language.partition("=") for language in _CODES.split())
    for name in (code, *names.split(","))
}


def code_of(written: str) -> str:
    """Return the code that rules know a language by, "" for what names none: then nothing is known of the language.

    >>> code_of("pt-BR"), code_of("deu_Latn"), code_of("nb"), code_of("ceb"), code_of("german")
    ('pt', 'de', 'no', 'ceb', '')
    """
    code = written.strip().lower().replace("_", "-").partition("-")[0]
    if known := _CODE_OF.get(code):
        return known
    # Of those with three letters there are thousands.
    return code if len(code) == 3 and code.isascii() and code.isalpha() and code not in _UNTOLD else ""


def counts_in(language: str, languages: Collection[str]) -> bool:
    """Whether a phrase of some languages counts in documents of one, "" for an unknown one.

    English counts in all, as `any` does.
    """
    return not language or language in languages or not EVERYWHERE.isdisjoint(languages)
