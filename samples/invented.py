"""Invented people, companies and talk, the same for the same seed; nobody of these exists."""

from __future__ import annotations

from random import Random

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛"
GIVEN = "伟芳敏静磊洋勇艳杰娟涛明超霞平刚鹏玲斌宇浩凯健俊帆琳雪倩婷颖丹莹晨曦佳怡嘉欣梦瑶子轩雨桐思远志强建国海燕晓峰文博"
TITLES = ("经理", "总监", "主任", "总", "工", "部长")
CITIES = {
    "上海": "华东",
    "苏州": "华东",
    "杭州": "华东",
    "宁波": "华东",
    "合肥": "华东",
    "广州": "华南",
    "深圳": "华南",
    "东莞": "华南",
    "厦门": "华南",
    "北京": "华北",
    "天津": "华北",
    "济南": "华北",
    "武汉": "华中",
    "长沙": "华中",
    "郑州": "华中",
    "成都": "西南",
    "重庆": "西南",
    "西安": "西北",
}
FIRST = "恒瑞鼎宏锦泰盛博创卓凌睿晟铭启腾跃汇诚信联合润丰祥源康健朗逸"
SECOND = "达远通业图辉程安邦科力特美嘉航宇森海峰洲立正德方舟拓维展扬"
TRADES = {
    "机械": ("制造业", "设备有限公司"),
    "电子": ("制造业", "科技有限公司"),
    "汽车零部件": ("制造业", "有限公司"),
    "医疗器械": ("制造业", "股份有限公司"),
    "食品": ("制造业", "有限公司"),
    "服饰": ("批发和零售业", "贸易有限公司"),
    "家居": ("批发和零售业", "商贸有限公司"),
    "国际贸易": ("批发和零售业", "有限公司"),
    "冷链物流": ("交通运输、仓储和邮政业", "有限公司"),
    "供应链": ("交通运输、仓储和邮政业", "管理有限公司"),
    "建材": ("建筑业", "工程有限公司"),
    "软件": ("信息传输、软件和信息技术服务业", "有限公司"),
    "新能源": ("电力、热力、燃气及水生产和供应业", "科技有限公司"),
    "教育": ("教育", "咨询有限公司"),
}
NEEDS = (
    "采购智能仓储系统,提升分拣效率",
    "CRM系统升级,打通微信与电话记录",
    "生产排程系统,替换现有Excel排产",
    "条码与RFID盘点方案",
    "多仓库存同步,支持电商大促",
    "设备联网与能耗监测",
    "经销商订货平台",
    "质量追溯系统,客户验厂要求",
    "移动审批与费用管控",
    "售后工单系统,缩短响应时间",
    "客服中心扩容,增加30个坐席",
    "财务业务一体化,月结缩短到3天",
    "冷链温度监控与报警",
    "数据看板,管理层每日查看",
)
METHODS = ("电话", "电话", "微信", "微信", "邮件", "面谈", "线上会议")
OPENINGS = (
    ("首次电话,了解现状与痛点", "愿意进一步沟通", "发送公司介绍与案例"),
    ("添加微信,发送产品手册", "已通过,表示会看", "三天后电话回访"),
    ("介绍同行业案例", "对案例感兴趣,想看演示", "约线上演示"),
    ("核对需求与预算范围", "预算需内部确认", "整理需求清单"),
    ("电话自我介绍,客户在开会", "让晚些再打", "次日上午再联系"),
)
TALKS = (
    ("线上演示核心功能", "界面认可,关心与ERP对接", "准备对接方案"),
    ("发送报价单(含3套方案)", "已收到,需技术部评估", "跟进技术评估结果"),
    ("上门调研现场流程", "分拣环节人工多,错误率高", "输出调研报告"),
    ("讨论实施周期与上线计划", "希望国庆前上线", "调整实施计划"),
    ("解答数据安全与部署方式", "倾向私有化部署", "补充部署方案与报价"),
    ("对比竞品功能差异", "另有两家在谈", "发送对比表和客户证言"),
    ("与采购沟通付款方式", "要求分三期付款", "请示付款条件"),
    ("约见分管副总", "下周出差回来再定", "预约下周拜访时间"),
    ("推送行业活动邀请", "会派两人参加", "活动后回访"),
    ("电话未接,改发短信", "暂未回复", "明日再次致电"),
    ("邀请参观样板客户", "同意,时间待定", "协调样板客户时间"),
    ("合同条款沟通", "法务在审", "跟进法务意见"),
)
ENDINGS = {
    "成交": ("确认合同条款并签约", "认可方案与服务", "安排项目启动会"),
    "未成交": ("确认未能合作的原因", "本次不再推进", "转入培育名单,季度回访"),
    "流失": ("多次联系", "未接通或明确拒绝", "记录原因后关闭"),
}


def person(rng: Random) -> str:
    """A contact as a salesperson writes one: full name, or surname and title."""
    if rng.random() < 0.35:
        return rng.choice(SURNAMES) + rng.choice(TITLES)
    return rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, rng.choice((1, 2, 2))))


def companies(rng: Random, count: int) -> list[tuple[str, str, str]]:
    """Name, city and industry of so many companies; no brand comes twice."""
    brands = rng.sample([a + b for a in FIRST for b in SECOND if a != b], count)
    made = []
    for brand in brands:
        city, trade = rng.choice(list(CITIES)), rng.choice(list(TRADES))
        industry, suffix = TRADES[trade]
        made.append((f"{city}{brand}{trade}{suffix}", city, industry))
    return made


def phones(rng: Random, count: int) -> list[str]:
    """So many different numbers of the form that mobile phones have in China, in a block with zeros in the middle."""
    prefixes = ("136", "137", "138", "139", "150", "151", "158", "159", "176", "186", "188", "189")
    return [f"{rng.choice(prefixes)}0000{end:04d}" for end in rng.sample(range(1000, 10000), count)]
