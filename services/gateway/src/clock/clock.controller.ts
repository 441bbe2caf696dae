import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import { type ClockAdvanceBody, clockAdvanceSchema, type ClockSetBody, clockSetSchema } from './clock-schema.js';
import { ClockService } from './clock-service.js';

/** The virtual clocks of the device profiles, and recalibration; also without the prefix. */
@Controller(['v1/clocks', 'clocks'])
export class ClockController {
  constructor(@Inject(ClockService) private readonly clocks: ClockService) {}

  @Get()
  async list(): Promise<object> {
    return { object: 'list', data: await this.clocks.list() };
  }

  @Get(':profile')
  one(@Param('profile') profile: string): Promise<object> {
    return this.clocks.one(profile);
  }

  @Put(':profile')
  set(@Param('profile') profile: string, @Body({ schema: clockSetSchema }) body: ClockSetBody): Promise<object> {
    return this.clocks.set(profile, body.device_time_s);
  }

  @Delete(':profile')
  clear(@Param('profile') profile: string): Promise<object> {
    return this.clocks.clear(profile);
  }

  @Post(':profile/advance')
  @HttpCode(200)
  advance(
    @Param('profile') profile: string,
    @Body({ schema: clockAdvanceSchema }) body: ClockAdvanceBody,
  ): Promise<object> {
    return this.clocks.advance(profile, body.seconds);
  }

  @Post(':profile/recalibrate')
  @HttpCode(200)
  recalibrate(@Param('profile') profile: string): Promise<object> {
    return this.clocks.recalibrate(profile);
  }
}
