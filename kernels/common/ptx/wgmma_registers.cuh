// The long lists of a wgmma instruction. An accumulator of N columns takes N / 2 registers (N / 4 where two f16 share one), which
// are operands %0, %1, … of the asm statement; what follows them is numbered on. The tables at the end give, for every N that an
// instruction has, the number of registers and the numbers of the nine operands after them; T and C are handed on to the form
// (wgmma_forms.cuh). Each list is the shorter one and a bit.
#pragma once

#define CK_WGMMA_LIST_2 "%0, %1"
#define CK_WGMMA_LIST_4 CK_WGMMA_LIST_2 ", %2, %3"
#define CK_WGMMA_LIST_6 CK_WGMMA_LIST_4 ", %4, %5"
#define CK_WGMMA_LIST_8 CK_WGMMA_LIST_6 ", %6, %7"
#define CK_WGMMA_LIST_10 CK_WGMMA_LIST_8 ", %8, %9"
#define CK_WGMMA_LIST_12 CK_WGMMA_LIST_10 ", %10, %11"
#define CK_WGMMA_LIST_14 CK_WGMMA_LIST_12 ", %12, %13"
#define CK_WGMMA_LIST_16 CK_WGMMA_LIST_14 ", %14, %15"
#define CK_WGMMA_LIST_18 CK_WGMMA_LIST_16 ", %16, %17"
#define CK_WGMMA_LIST_20 CK_WGMMA_LIST_18 ", %18, %19"
#define CK_WGMMA_LIST_22 CK_WGMMA_LIST_20 ", %20, %21"
#define CK_WGMMA_LIST_24 CK_WGMMA_LIST_22 ", %22, %23"
#define CK_WGMMA_LIST_26 CK_WGMMA_LIST_24 ", %24, %25"
#define CK_WGMMA_LIST_28 CK_WGMMA_LIST_26 ", %26, %27"
#define CK_WGMMA_LIST_30 CK_WGMMA_LIST_28 ", %28, %29"
#define CK_WGMMA_LIST_32 CK_WGMMA_LIST_30 ", %30, %31"
#define CK_WGMMA_LIST_34 CK_WGMMA_LIST_32 ", %32, %33"
#define CK_WGMMA_LIST_36 CK_WGMMA_LIST_34 ", %34, %35"
#define CK_WGMMA_LIST_38 CK_WGMMA_LIST_36 ", %36, %37"
#define CK_WGMMA_LIST_40 CK_WGMMA_LIST_38 ", %38, %39"
#define CK_WGMMA_LIST_42 CK_WGMMA_LIST_40 ", %40, %41"
#define CK_WGMMA_LIST_44 CK_WGMMA_LIST_42 ", %42, %43"
#define CK_WGMMA_LIST_46 CK_WGMMA_LIST_44 ", %44, %45"
#define CK_WGMMA_LIST_48 CK_WGMMA_LIST_46 ", %46, %47"
#define CK_WGMMA_LIST_50 CK_WGMMA_LIST_48 ", %48, %49"
#define CK_WGMMA_LIST_52 CK_WGMMA_LIST_50 ", %50, %51"
#define CK_WGMMA_LIST_54 CK_WGMMA_LIST_52 ", %52, %53"
#define CK_WGMMA_LIST_56 CK_WGMMA_LIST_54 ", %54, %55"
#define CK_WGMMA_LIST_58 CK_WGMMA_LIST_56 ", %56, %57"
#define CK_WGMMA_LIST_60 CK_WGMMA_LIST_58 ", %58, %59"
#define CK_WGMMA_LIST_62 CK_WGMMA_LIST_60 ", %60, %61"
#define CK_WGMMA_LIST_64 CK_WGMMA_LIST_62 ", %62, %63"
#define CK_WGMMA_LIST_68 CK_WGMMA_LIST_64 ", %64, %65, %66, %67"
#define CK_WGMMA_LIST_72 CK_WGMMA_LIST_68 ", %68, %69, %70, %71"
#define CK_WGMMA_LIST_76 CK_WGMMA_LIST_72 ", %72, %73, %74, %75"
#define CK_WGMMA_LIST_80 CK_WGMMA_LIST_76 ", %76, %77, %78, %79"
#define CK_WGMMA_LIST_84 CK_WGMMA_LIST_80 ", %80, %81, %82, %83"
#define CK_WGMMA_LIST_88 CK_WGMMA_LIST_84 ", %84, %85, %86, %87"
#define CK_WGMMA_LIST_92 CK_WGMMA_LIST_88 ", %88, %89, %90, %91"
#define CK_WGMMA_LIST_96 CK_WGMMA_LIST_92 ", %92, %93, %94, %95"
#define CK_WGMMA_LIST_100 CK_WGMMA_LIST_96 ", %96, %97, %98, %99"
#define CK_WGMMA_LIST_104 CK_WGMMA_LIST_100 ", %100, %101, %102, %103"
#define CK_WGMMA_LIST_108 CK_WGMMA_LIST_104 ", %104, %105, %106, %107"
#define CK_WGMMA_LIST_112 CK_WGMMA_LIST_108 ", %108, %109, %110, %111"
#define CK_WGMMA_LIST_116 CK_WGMMA_LIST_112 ", %112, %113, %114, %115"
#define CK_WGMMA_LIST_120 CK_WGMMA_LIST_116 ", %116, %117, %118, %119"
#define CK_WGMMA_LIST_124 CK_WGMMA_LIST_120 ", %120, %121, %122, %123"
#define CK_WGMMA_LIST_128 CK_WGMMA_LIST_124 ", %124, %125, %126, %127"

// The same as operands that are read and written, of the constraint c.
#define CK_WGMMA_REGISTERS_2(c) c(d[0]), c(d[1])
#define CK_WGMMA_REGISTERS_4(c) CK_WGMMA_REGISTERS_2(c), c(d[2]), c(d[3])
#define CK_WGMMA_REGISTERS_6(c) CK_WGMMA_REGISTERS_4(c), c(d[4]), c(d[5])
#define CK_WGMMA_REGISTERS_8(c) CK_WGMMA_REGISTERS_6(c), c(d[6]), c(d[7])
#define CK_WGMMA_REGISTERS_10(c) CK_WGMMA_REGISTERS_8(c), c(d[8]), c(d[9])
#define CK_WGMMA_REGISTERS_12(c) CK_WGMMA_REGISTERS_10(c), c(d[10]), c(d[11])
#define CK_WGMMA_REGISTERS_14(c) CK_WGMMA_REGISTERS_12(c), c(d[12]), c(d[13])
#define CK_WGMMA_REGISTERS_16(c) CK_WGMMA_REGISTERS_14(c), c(d[14]), c(d[15])
#define CK_WGMMA_REGISTERS_18(c) CK_WGMMA_REGISTERS_16(c), c(d[16]), c(d[17])
#define CK_WGMMA_REGISTERS_20(c) CK_WGMMA_REGISTERS_18(c), c(d[18]), c(d[19])
#define CK_WGMMA_REGISTERS_22(c) CK_WGMMA_REGISTERS_20(c), c(d[20]), c(d[21])
#define CK_WGMMA_REGISTERS_24(c) CK_WGMMA_REGISTERS_22(c), c(d[22]), c(d[23])
#define CK_WGMMA_REGISTERS_26(c) CK_WGMMA_REGISTERS_24(c), c(d[24]), c(d[25])
#define CK_WGMMA_REGISTERS_28(c) CK_WGMMA_REGISTERS_26(c), c(d[26]), c(d[27])
#define CK_WGMMA_REGISTERS_30(c) CK_WGMMA_REGISTERS_28(c), c(d[28]), c(d[29])
#define CK_WGMMA_REGISTERS_32(c) CK_WGMMA_REGISTERS_30(c), c(d[30]), c(d[31])
#define CK_WGMMA_REGISTERS_34(c) CK_WGMMA_REGISTERS_32(c), c(d[32]), c(d[33])
#define CK_WGMMA_REGISTERS_36(c) CK_WGMMA_REGISTERS_34(c), c(d[34]), c(d[35])
#define CK_WGMMA_REGISTERS_38(c) CK_WGMMA_REGISTERS_36(c), c(d[36]), c(d[37])
#define CK_WGMMA_REGISTERS_40(c) CK_WGMMA_REGISTERS_38(c), c(d[38]), c(d[39])
#define CK_WGMMA_REGISTERS_42(c) CK_WGMMA_REGISTERS_40(c), c(d[40]), c(d[41])
#define CK_WGMMA_REGISTERS_44(c) CK_WGMMA_REGISTERS_42(c), c(d[42]), c(d[43])
#define CK_WGMMA_REGISTERS_46(c) CK_WGMMA_REGISTERS_44(c), c(d[44]), c(d[45])
#define CK_WGMMA_REGISTERS_48(c) CK_WGMMA_REGISTERS_46(c), c(d[46]), c(d[47])
#define CK_WGMMA_REGISTERS_50(c) CK_WGMMA_REGISTERS_48(c), c(d[48]), c(d[49])
#define CK_WGMMA_REGISTERS_52(c) CK_WGMMA_REGISTERS_50(c), c(d[50]), c(d[51])
#define CK_WGMMA_REGISTERS_54(c) CK_WGMMA_REGISTERS_52(c), c(d[52]), c(d[53])
#define CK_WGMMA_REGISTERS_56(c) CK_WGMMA_REGISTERS_54(c), c(d[54]), c(d[55])
#define CK_WGMMA_REGISTERS_58(c) CK_WGMMA_REGISTERS_56(c), c(d[56]), c(d[57])
#define CK_WGMMA_REGISTERS_60(c) CK_WGMMA_REGISTERS_58(c), c(d[58]), c(d[59])
#define CK_WGMMA_REGISTERS_62(c) CK_WGMMA_REGISTERS_60(c), c(d[60]), c(d[61])
#define CK_WGMMA_REGISTERS_64(c) CK_WGMMA_REGISTERS_62(c), c(d[62]), c(d[63])
#define CK_WGMMA_REGISTERS_68(c) CK_WGMMA_REGISTERS_64(c), c(d[64]), c(d[65]), c(d[66]), c(d[67])
#define CK_WGMMA_REGISTERS_72(c) CK_WGMMA_REGISTERS_68(c), c(d[68]), c(d[69]), c(d[70]), c(d[71])
#define CK_WGMMA_REGISTERS_76(c) CK_WGMMA_REGISTERS_72(c), c(d[72]), c(d[73]), c(d[74]), c(d[75])
#define CK_WGMMA_REGISTERS_80(c) CK_WGMMA_REGISTERS_76(c), c(d[76]), c(d[77]), c(d[78]), c(d[79])
#define CK_WGMMA_REGISTERS_84(c) CK_WGMMA_REGISTERS_80(c), c(d[80]), c(d[81]), c(d[82]), c(d[83])
#define CK_WGMMA_REGISTERS_88(c) CK_WGMMA_REGISTERS_84(c), c(d[84]), c(d[85]), c(d[86]), c(d[87])
#define CK_WGMMA_REGISTERS_92(c) CK_WGMMA_REGISTERS_88(c), c(d[88]), c(d[89]), c(d[90]), c(d[91])
#define CK_WGMMA_REGISTERS_96(c) CK_WGMMA_REGISTERS_92(c), c(d[92]), c(d[93]), c(d[94]), c(d[95])
#define CK_WGMMA_REGISTERS_100(c) CK_WGMMA_REGISTERS_96(c), c(d[96]), c(d[97]), c(d[98]), c(d[99])
#define CK_WGMMA_REGISTERS_104(c) CK_WGMMA_REGISTERS_100(c), c(d[100]), c(d[101]), c(d[102]), c(d[103])
#define CK_WGMMA_REGISTERS_108(c) CK_WGMMA_REGISTERS_104(c), c(d[104]), c(d[105]), c(d[106]), c(d[107])
#define CK_WGMMA_REGISTERS_112(c) CK_WGMMA_REGISTERS_108(c), c(d[108]), c(d[109]), c(d[110]), c(d[111])
#define CK_WGMMA_REGISTERS_116(c) CK_WGMMA_REGISTERS_112(c), c(d[112]), c(d[113]), c(d[114]), c(d[115])
#define CK_WGMMA_REGISTERS_120(c) CK_WGMMA_REGISTERS_116(c), c(d[116]), c(d[117]), c(d[118]), c(d[119])
#define CK_WGMMA_REGISTERS_124(c) CK_WGMMA_REGISTERS_120(c), c(d[120]), c(d[121]), c(d[122]), c(d[123])
#define CK_WGMMA_REGISTERS_128(c) CK_WGMMA_REGISTERS_124(c), c(d[124]), c(d[125]), c(d[126]), c(d[127])

// Accumulators of 32-bit floating-point numbers.
#define CK_WGMMA_SHAPES_F32(FORM, T, C) \
  FORM(T, C, 8, 4, "%4", "%5", "%6", "%7", "%8", "%9", "%10", "%11", "%12") \
  FORM(T, C, 16, 8, "%8", "%9", "%10", "%11", "%12", "%13", "%14", "%15", "%16") \
  FORM(T, C, 24, 12, "%12", "%13", "%14", "%15", "%16", "%17", "%18", "%19", "%20") \
  FORM(T, C, 32, 16, "%16", "%17", "%18", "%19", "%20", "%21", "%22", "%23", "%24") \
  FORM(T, C, 40, 20, "%20", "%21", "%22", "%23", "%24", "%25", "%26", "%27", "%28") \
  FORM(T, C, 48, 24, "%24", "%25", "%26", "%27", "%28", "%29", "%30", "%31", "%32") \
  FORM(T, C, 56, 28, "%28", "%29", "%30", "%31", "%32", "%33", "%34", "%35", "%36") \
  FORM(T, C, 64, 32, "%32", "%33", "%34", "%35", "%36", "%37", "%38", "%39", "%40") \
  FORM(T, C, 72, 36, "%36", "%37", "%38", "%39", "%40", "%41", "%42", "%43", "%44") \
  FORM(T, C, 80, 40, "%40", "%41", "%42", "%43", "%44", "%45", "%46", "%47", "%48") \
  FORM(T, C, 88, 44, "%44", "%45", "%46", "%47", "%48", "%49", "%50", "%51", "%52") \
  FORM(T, C, 96, 48, "%48", "%49", "%50", "%51", "%52", "%53", "%54", "%55", "%56") \
  FORM(T, C, 104, 52, "%52", "%53", "%54", "%55", "%56", "%57", "%58", "%59", "%60") \
  FORM(T, C, 112, 56, "%56", "%57", "%58", "%59", "%60", "%61", "%62", "%63", "%64") \
  FORM(T, C, 120, 60, "%60", "%61", "%62", "%63", "%64", "%65", "%66", "%67", "%68") \
  FORM(T, C, 128, 64, "%64", "%65", "%66", "%67", "%68", "%69", "%70", "%71", "%72") \
  FORM(T, C, 136, 68, "%68", "%69", "%70", "%71", "%72", "%73", "%74", "%75", "%76") \
  FORM(T, C, 144, 72, "%72", "%73", "%74", "%75", "%76", "%77", "%78", "%79", "%80") \
  FORM(T, C, 152, 76, "%76", "%77", "%78", "%79", "%80", "%81", "%82", "%83", "%84") \
  FORM(T, C, 160, 80, "%80", "%81", "%82", "%83", "%84", "%85", "%86", "%87", "%88") \
  FORM(T, C, 168, 84, "%84", "%85", "%86", "%87", "%88", "%89", "%90", "%91", "%92") \
  FORM(T, C, 176, 88, "%88", "%89", "%90", "%91", "%92", "%93", "%94", "%95", "%96") \
  FORM(T, C, 184, 92, "%92", "%93", "%94", "%95", "%96", "%97", "%98", "%99", "%100") \
  FORM(T, C, 192, 96, "%96", "%97", "%98", "%99", "%100", "%101", "%102", "%103", "%104") \
  FORM(T, C, 200, 100, "%100", "%101", "%102", "%103", "%104", "%105", "%106", "%107", "%108") \
  FORM(T, C, 208, 104, "%104", "%105", "%106", "%107", "%108", "%109", "%110", "%111", "%112") \
  FORM(T, C, 216, 108, "%108", "%109", "%110", "%111", "%112", "%113", "%114", "%115", "%116") \
  FORM(T, C, 224, 112, "%112", "%113", "%114", "%115", "%116", "%117", "%118", "%119", "%120") \
  FORM(T, C, 232, 116, "%116", "%117", "%118", "%119", "%120", "%121", "%122", "%123", "%124") \
  FORM(T, C, 240, 120, "%120", "%121", "%122", "%123", "%124", "%125", "%126", "%127", "%128") \
  FORM(T, C, 248, 124, "%124", "%125", "%126", "%127", "%128", "%129", "%130", "%131", "%132") \
  FORM(T, C, 256, 128, "%128", "%129", "%130", "%131", "%132", "%133", "%134", "%135", "%136")

// Accumulators of f16, two to a register.
#define CK_WGMMA_SHAPES_F16(FORM, T, C) \
  FORM(T, C, 8, 2, "%2", "%3", "%4", "%5", "%6", "%7", "%8", "%9", "%10") \
  FORM(T, C, 16, 4, "%4", "%5", "%6", "%7", "%8", "%9", "%10", "%11", "%12") \
  FORM(T, C, 24, 6, "%6", "%7", "%8", "%9", "%10", "%11", "%12", "%13", "%14") \
  FORM(T, C, 32, 8, "%8", "%9", "%10", "%11", "%12", "%13", "%14", "%15", "%16") \
  FORM(T, C, 40, 10, "%10", "%11", "%12", "%13", "%14", "%15", "%16", "%17", "%18") \
  FORM(T, C, 48, 12, "%12", "%13", "%14", "%15", "%16", "%17", "%18", "%19", "%20") \
  FORM(T, C, 56, 14, "%14", "%15", "%16", "%17", "%18", "%19", "%20", "%21", "%22") \
  FORM(T, C, 64, 16, "%16", "%17", "%18", "%19", "%20", "%21", "%22", "%23", "%24") \
  FORM(T, C, 72, 18, "%18", "%19", "%20", "%21", "%22", "%23", "%24", "%25", "%26") \
  FORM(T, C, 80, 20, "%20", "%21", "%22", "%23", "%24", "%25", "%26", "%27", "%28") \
  FORM(T, C, 88, 22, "%22", "%23", "%24", "%25", "%26", "%27", "%28", "%29", "%30") \
  FORM(T, C, 96, 24, "%24", "%25", "%26", "%27", "%28", "%29", "%30", "%31", "%32") \
  FORM(T, C, 104, 26, "%26", "%27", "%28", "%29", "%30", "%31", "%32", "%33", "%34") \
  FORM(T, C, 112, 28, "%28", "%29", "%30", "%31", "%32", "%33", "%34", "%35", "%36") \
  FORM(T, C, 120, 30, "%30", "%31", "%32", "%33", "%34", "%35", "%36", "%37", "%38") \
  FORM(T, C, 128, 32, "%32", "%33", "%34", "%35", "%36", "%37", "%38", "%39", "%40") \
  FORM(T, C, 136, 34, "%34", "%35", "%36", "%37", "%38", "%39", "%40", "%41", "%42") \
  FORM(T, C, 144, 36, "%36", "%37", "%38", "%39", "%40", "%41", "%42", "%43", "%44") \
  FORM(T, C, 152, 38, "%38", "%39", "%40", "%41", "%42", "%43", "%44", "%45", "%46") \
  FORM(T, C, 160, 40, "%40", "%41", "%42", "%43", "%44", "%45", "%46", "%47", "%48") \
  FORM(T, C, 168, 42, "%42", "%43", "%44", "%45", "%46", "%47", "%48", "%49", "%50") \
  FORM(T, C, 176, 44, "%44", "%45", "%46", "%47", "%48", "%49", "%50", "%51", "%52") \
  FORM(T, C, 184, 46, "%46", "%47", "%48", "%49", "%50", "%51", "%52", "%53", "%54") \
  FORM(T, C, 192, 48, "%48", "%49", "%50", "%51", "%52", "%53", "%54", "%55", "%56") \
  FORM(T, C, 200, 50, "%50", "%51", "%52", "%53", "%54", "%55", "%56", "%57", "%58") \
  FORM(T, C, 208, 52, "%52", "%53", "%54", "%55", "%56", "%57", "%58", "%59", "%60") \
  FORM(T, C, 216, 54, "%54", "%55", "%56", "%57", "%58", "%59", "%60", "%61", "%62") \
  FORM(T, C, 224, 56, "%56", "%57", "%58", "%59", "%60", "%61", "%62", "%63", "%64") \
  FORM(T, C, 232, 58, "%58", "%59", "%60", "%61", "%62", "%63", "%64", "%65", "%66") \
  FORM(T, C, 240, 60, "%60", "%61", "%62", "%63", "%64", "%65", "%66", "%67", "%68") \
  FORM(T, C, 248, 62, "%62", "%63", "%64", "%65", "%66", "%67", "%68", "%69", "%70") \
  FORM(T, C, 256, 64, "%64", "%65", "%66", "%67", "%68", "%69", "%70", "%71", "%72")

// Accumulators of 32-bit integers: fewer shapes.
#define CK_WGMMA_SHAPES_S32(FORM, T, C) \
  FORM(T, C, 8, 4, "%4", "%5", "%6", "%7", "%8", "%9", "%10", "%11", "%12") \
  FORM(T, C, 16, 8, "%8", "%9", "%10", "%11", "%12", "%13", "%14", "%15", "%16") \
  FORM(T, C, 24, 12, "%12", "%13", "%14", "%15", "%16", "%17", "%18", "%19", "%20") \
  FORM(T, C, 32, 16, "%16", "%17", "%18", "%19", "%20", "%21", "%22", "%23", "%24") \
  FORM(T, C, 48, 24, "%24", "%25", "%26", "%27", "%28", "%29", "%30", "%31", "%32") \
  FORM(T, C, 64, 32, "%32", "%33", "%34", "%35", "%36", "%37", "%38", "%39", "%40") \
  FORM(T, C, 80, 40, "%40", "%41", "%42", "%43", "%44", "%45", "%46", "%47", "%48") \
  FORM(T, C, 96, 48, "%48", "%49", "%50", "%51", "%52", "%53", "%54", "%55", "%56") \
  FORM(T, C, 112, 56, "%56", "%57", "%58", "%59", "%60", "%61", "%62", "%63", "%64") \
  FORM(T, C, 128, 64, "%64", "%65", "%66", "%67", "%68", "%69", "%70", "%71", "%72") \
  FORM(T, C, 144, 72, "%72", "%73", "%74", "%75", "%76", "%77", "%78", "%79", "%80") \
  FORM(T, C, 160, 80, "%80", "%81", "%82", "%83", "%84", "%85", "%86", "%87", "%88") \
  FORM(T, C, 176, 88, "%88", "%89", "%90", "%91", "%92", "%93", "%94", "%95", "%96") \
  FORM(T, C, 192, 96, "%96", "%97", "%98", "%99", "%100", "%101", "%102", "%103", "%104") \
  FORM(T, C, 208, 104, "%104", "%105", "%106", "%107", "%108", "%109", "%110", "%111", "%112") \
  FORM(T, C, 224, 112, "%112", "%113", "%114", "%115", "%116", "%117", "%118", "%119", "%120") \
  FORM(T, C, 240, 120, "%120", "%121", "%122", "%123", "%124", "%125", "%126", "%127", "%128") \
  FORM(T, C, 256, 128, "%128", "%129", "%130", "%131", "%132", "%133", "%134", "%135", "%136")
